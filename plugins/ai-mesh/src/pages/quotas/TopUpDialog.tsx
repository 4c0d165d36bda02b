import { useApi } from '@backstage/core-plugin-api';
import { DatePicker, TextField } from '@backstage/ui';
import { Budget, formatUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useState } from 'react';
import { meshApiRef } from '../../api';
import { FormDialog } from '../../components/FormDialog';
import { FormErrors, formErrorsOf, NO_ERRORS } from '../../utils/formErrors';
import { nameOf, startOfDay } from './quotas.utils';

const FIELDS = ['amountUsd', 'reason', 'startsAt', 'endsAt'];

/** Asks for more money for a time. */
export function TopUpDialog(props: {
  budget: Budget;
  onRequested: () => void;
  onClose: () => void;
}) {
  const { budget } = props;
  const { form, errors, isSaving, change, send } = useTopUpForm(props);
  const field = (name: 'amountUsd' | 'reason') => ({
    value: form[name],
    onChange: (text: string) => change({ [name]: text }),
    validationBehavior: 'aria' as const,
    validate: () => errors.fields[name],
  });
  return (
    <FormDialog
      title={`Top-up of ${nameOf(budget)}`}
      width={480}
      action="Request top-up"
      isSending={isSaving}
      problem={errors.rest}
      onSend={send}
      onClose={props.onClose}
    >
      <TextField
        label="Amount in USD"
        description={`It is added to the budget of ${formatUsd(
          budget.limitPicoUsd ?? budget.spentPicoUsd,
        )} once somebody else who may set budgets has approved it.`}
        // eslint-disable-next-line jsx-a11y/no-autofocus -- a dialog moves the focus anyway; this is where it belongs
        autoFocus
        {...field('amountUsd')}
      />
      <TextField
        label="Reason"
        description="What it is needed for; whoever approves it reads this."
        {...field('reason')}
      />
      <DatePicker
        label="First day"
        description="From the approval on when empty."
        onChange={day => change({ firstDay: day?.toString() ?? '' })}
        validationBehavior="aria"
        validate={() => errors.fields.startsAt}
      />
      <DatePicker
        label="Last day"
        description={`To the end of the month when empty; not beyond it. Days are of the time zone ${budget.timeZone}.`}
        onChange={day => change({ lastDay: day?.toString() ?? '' })}
        validationBehavior="aria"
        validate={() => errors.fields.endsAt}
      />
    </FormDialog>
  );
}

function useTopUpForm(props: { budget: Budget; onRequested: () => void }) {
  const { id, timeZone } = props.budget;
  const api = useApi(meshApiRef);
  const [form, setForm] = useState({
    amountUsd: '',
    reason: '',
    firstDay: '',
    lastDay: '',
  });
  const [errors, setErrors] = useState<FormErrors>(NO_ERRORS);
  const [isSaving, setSaving] = useState(false);

  function change(typed: Partial<typeof form>) {
    setForm(before => ({ ...before, ...typed }));
    setErrors(NO_ERRORS);
  }

  async function send() {
    const fields: Record<string, string> = {};
    if (!form.amountUsd.trim()) fields.amountUsd = 'Say how much';
    if (!form.reason.trim()) fields.reason = 'Say what it is needed for';
    if (Object.keys(fields).length > 0) {
      setErrors({ fields });
      return;
    }
    setSaving(true);
    try {
      await api.budgets.requestTopUp(id, {
        amountUsd: form.amountUsd.trim(),
        reason: form.reason.trim(),
        startsAt: startOfDay(form.firstDay, timeZone, { plusDays: 0 }),
        endsAt: startOfDay(form.lastDay, timeZone, { plusDays: 1 }),
      });
      props.onRequested();
    } catch (error) {
      setErrors(formErrorsOf(error, FIELDS));
      setSaving(false);
    }
  }
  return { form, errors, isSaving, change, send };
}
