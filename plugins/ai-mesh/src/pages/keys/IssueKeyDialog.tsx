import { useApi } from '@backstage/core-plugin-api';
import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
} from '@backstage/ui';
import {
  IssuedKey,
  KeyIssue,
  keyIssueSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { FormEvent, useState } from 'react';
import { meshApiRef } from '../../api';
import {
  FormErrors,
  formErrorsOf,
  formErrorsOfSchema,
  NO_ERRORS,
} from '../../utils/formErrors';
import { IssuedKeyPanel } from './IssuedKeyPanel';
import { IssueKeyForm } from './IssueKeyForm';
import { KeyChoices } from './keys.hooks';
import { emptyForm, KEY_FIELDS, KeyForm, parseLimits } from './keys.utils';

/** Issues a key, then shows its secret: the only time. Closing forgets it. */
export function IssueKeyDialog(props: {
  choices: KeyChoices;
  /** The model that the user came for; empty for none. */
  model: string;
  onIssued: () => void;
  onClose: () => void;
}) {
  const [issued, setIssued] = useState<IssuedKey>();
  return (
    <Dialog
      isOpen
      width={640}
      // A click beside the dialog must not throw away a secret or a filled form.
      isDismissable={false}
      onOpenChange={isOpen => !isOpen && props.onClose()}
    >
      {issued ? (
        <IssuedKeyPanel
          issued={issued}
          choices={props.choices}
          onClose={props.onClose}
        />
      ) : (
        <IssueStep
          choices={props.choices}
          model={props.model}
          onIssued={key => {
            setIssued(key);
            props.onIssued();
          }}
        />
      )}
    </Dialog>
  );
}

function IssueStep(props: {
  choices: KeyChoices;
  model: string;
  onIssued: (issued: IssuedKey) => void;
}) {
  const { form, errors, isIssuing, change, issue } = useIssueForm(props);
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    issue();
  }
  return (
    <>
      <DialogHeader>Issue a key</DialogHeader>
      <DialogBody>
        <form id="issue-key" noValidate onSubmit={onSubmit}>
          {errors.rest && (
            <Alert
              role="alert"
              status="danger"
              icon
              mb="4"
              title={errors.rest}
            />
          )}
          <IssueKeyForm
            form={form}
            choices={props.choices}
            errors={errors.fields}
            onChange={change}
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
          form="issue-key"
          isPending={isIssuing}
        >
          Issue key
        </Button>
      </DialogFooter>
    </>
  );
}

function useIssueForm(props: {
  choices: KeyChoices;
  model: string;
  onIssued: (issued: IssuedKey) => void;
}) {
  const api = useApi(meshApiRef);
  const [form, setForm] = useState(() => emptyForm(knownModel(props)));
  const [errors, setErrors] = useState(NO_ERRORS);
  const [isIssuing, setIssuing] = useState(false);

  function change(part: Partial<KeyForm>) {
    setForm(before => ({ ...before, ...part }));
    const isChanged = (field: string) => field.split('.')[0] in part;
    const fields = Object.entries(errors.fields).filter(
      ([field]) => !isChanged(field),
    );
    setErrors({ ...errors, fields: Object.fromEntries(fields) });
  }

  async function issue() {
    const checked = checkForm(form);
    if ('errors' in checked) {
      setErrors(checked.errors);
      return;
    }
    setIssuing(true);
    try {
      props.onIssued(await api.issueKey(checked.request));
    } catch (error) {
      setErrors(formErrorsOf(error, KEY_FIELDS));
    } finally {
      setIssuing(false);
    }
  }
  return { form, errors, isIssuing, change, issue };
}

function knownModel(props: { choices: KeyChoices; model: string }): string {
  return props.choices.models.some(model => model.name === props.model)
    ? props.model
    : '';
}

/** What is sent to the server, or what it would complain about. */
function checkForm(
  form: KeyForm,
): { request: KeyIssue } | { errors: FormErrors } {
  const { limits, errors } = parseLimits(form.limits);
  const request = keyIssueSchema.safeParse({ ...form, limits });
  const fields = request.success
    ? errors
    : { ...formErrorsOfSchema(request.error, KEY_FIELDS).fields, ...errors };
  // Nothing chosen reads as a malformed reference to the schema; people did not type one.
  if (!form.applicationRef) fields.applicationRef = 'Choose one';
  return request.success && Object.keys(fields).length === 0
    ? { request: request.data }
    : { errors: { fields } };
}
