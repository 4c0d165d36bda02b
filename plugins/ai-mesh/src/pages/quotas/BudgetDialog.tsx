import { useApi } from '@backstage/core-plugin-api';
import { Radio, RadioGroup, Switch, TextField } from '@backstage/ui';
import { Budget, formatUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useState } from 'react';
import { meshApiRef } from '../../api';
import { FormDialog } from '../../components/FormDialog';
import { oneOf } from '../../components/useAddressState';
import { FormErrors, formErrorsOf, NO_ERRORS } from '../../utils/formErrors';
import { BudgetForm, toChange, toForm } from './budgetForm';
import { nameOf } from './quotas.utils';
import { RuleFields } from './RuleFields';

/** What the dialog sets: a budget that is there, or one that is new. */
export type BudgetDraft = Pick<
  Budget,
  | 'id'
  | 'title'
  | 'model'
  | 'limitPicoUsd'
  | 'spentPicoUsd'
  | 'kind'
  | 'carryOver'
  | 'rules'
>;

/** Sets the monthly limit of a budget, what happens at it, and what happens on the way there. */
export function BudgetDialog(props: {
  budget: BudgetDraft;
  onSaved: () => void;
  onClose: () => void;
}) {
  const { budget } = props;
  const { form, errors, isSaving, change, save } = useBudgetForm(props);
  return (
    <FormDialog
      title={`Budget of ${nameOf(budget)}`}
      width={620}
      action="Save budget"
      isSending={isSaving}
      problem={errors.rest}
      onSend={save}
      onClose={props.onClose}
    >
      <TextField
        label="Amount in USD, per month"
        description={`Plain decimal, such as 250 or 0.05. Leave empty for no limit of its own. ${formatUsd(
          budget.spentPicoUsd,
        )} is spent this month.`}
        // eslint-disable-next-line jsx-a11y/no-autofocus -- a dialog moves the focus anyway; this is where it belongs
        autoFocus
        value={form.limitUsd}
        onChange={limitUsd => change({ limitUsd })}
        validationBehavior="aria"
        validate={() => errors.fields.limitUsd}
      />
      <KindAndCarryOver form={form} onChange={change} />
      <RuleFields
        rules={form.rules}
        errors={errors.fields}
        onChange={rules => change({ rules })}
      />
    </FormDialog>
  );
}

function KindAndCarryOver(props: {
  form: BudgetForm;
  onChange: (change: Partial<BudgetForm>) => void;
}) {
  const { form, onChange } = props;
  return (
    <>
      <RadioGroup
        label="At the limit"
        value={form.kind}
        onChange={kind =>
          onChange({ kind: oneOf(kind, ['hard', 'soft'], 'hard') })
        }
      >
        <Radio value="hard">
          Hard: calls that it does not cover are refused
        </Radio>
        <Radio value="soft">Soft: nothing is refused, people are told</Radio>
      </RadioGroup>
      <Switch
        label="Carry over what is left to the next month, at most one month’s limit"
        isSelected={form.carryOver === 'unused'}
        onChange={isOn => onChange({ carryOver: isOn ? 'unused' : 'none' })}
      />
    </>
  );
}

function useBudgetForm(props: { budget: BudgetDraft; onSaved: () => void }) {
  const { budget } = props;
  const api = useApi(meshApiRef);
  const [form, setForm] = useState(() => toForm(budget));
  const [errors, setErrors] = useState<FormErrors>(NO_ERRORS);
  const [isSaving, setSaving] = useState(false);

  function change(typed: Partial<BudgetForm>) {
    setForm(before => ({ ...before, ...typed }));
    setErrors(NO_ERRORS);
  }

  async function save() {
    const result = toChange(form);
    if ('errors' in result) {
      setErrors({ fields: result.errors });
      return;
    }
    setSaving(true);
    try {
      await api.budgets.change(budget.id, result.change);
      props.onSaved();
    } catch (error) {
      setErrors(formErrorsOf(error, fieldNames(form)));
      setSaving(false);
    }
  }
  return { form, errors, isSaving, change, save };
}

function fieldNames({ rules }: BudgetForm): string[] {
  return [
    'limitUsd',
    ...rules.flatMap((_, index) => [
      `rules.${index}.at`,
      `rules.${index}.then`,
      `rules.${index}`,
    ]),
  ];
}
