import { useApi } from '@backstage/core-plugin-api';
import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  TextField,
} from '@backstage/ui';
import {
  Budget,
  formatUsd,
  formatUsdExact,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { FormEvent, useState } from 'react';
import { meshApiRef } from '../../api';
import { formErrorsOf, NO_ERRORS } from '../../utils/formErrors';
import { parseLimit } from './quotas.utils';

/** Sets the monthly limit of a department. */
export function SetBudgetDialog(props: {
  budget: Budget;
  onSaved: () => void;
  onClose: () => void;
}) {
  const { budget } = props;
  const { text, errors, isSaving, change, save } = useBudgetForm(props);
  const error = errors.fields.limitUsd;
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    save();
  }
  return (
    <Dialog
      isOpen
      width={440}
      onOpenChange={isOpen => !isOpen && props.onClose()}
    >
      <DialogHeader>{`Budget of ${budget.title}`}</DialogHeader>
      <DialogBody>
        <form id="set-budget" noValidate onSubmit={onSubmit}>
          {errors.rest && (
            <Alert
              role="alert"
              status="danger"
              icon
              mb="4"
              title={errors.rest}
            />
          )}
          <TextField
            label="Amount in USD, per month"
            description={`Plain decimal, such as 250 or 0.05. Leave empty for no limit of its own. ${formatUsd(
              budget.spentPicoUsd,
            )} is spent this month; calls that would go over the limit are refused.`}
            // eslint-disable-next-line jsx-a11y/no-autofocus -- a dialog moves the focus anyway; this is where it belongs
            autoFocus
            value={text}
            onChange={change}
            validationBehavior="aria"
            validate={() => error}
          />
        </form>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" slot="close">
          Cancel
        </Button>
        <Button
          variant="primary"
          type="submit"
          form="set-budget"
          isPending={isSaving}
        >
          Save budget
        </Button>
      </DialogFooter>
    </Dialog>
  );
}

function useBudgetForm(props: { budget: Budget; onSaved: () => void }) {
  const { departmentRef, limitPicoUsd } = props.budget;
  const api = useApi(meshApiRef);
  const [text, setText] = useState(
    limitPicoUsd === undefined ? '' : formatUsdExact(limitPicoUsd),
  );
  const [errors, setErrors] = useState(NO_ERRORS);
  const [isSaving, setSaving] = useState(false);

  function change(typed: string) {
    setText(typed);
    setErrors(NO_ERRORS);
  }

  async function save() {
    const limit = parseLimit(text);
    if ('error' in limit) {
      setErrors({ fields: { limitUsd: limit.error } });
      return;
    }
    setSaving(true);
    try {
      await api.setBudget(departmentRef, limit);
      props.onSaved();
    } catch (error) {
      setErrors(formErrorsOf(error, ['limitUsd']));
      setSaving(false);
    }
  }
  return { text, errors, isSaving, change, save };
}
