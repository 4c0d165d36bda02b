import { useApi } from '@backstage/core-plugin-api';
import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Text,
  TextField,
} from '@backstage/ui';
import { QuarantinedRecord } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useState } from 'react';
import { meshApiRef } from '../../api';
import { formErrorsOf, NO_ERRORS } from '../../utils/formErrors';
import styles from './books.module.css';

/** Shows a record that could not be booked; who may dismisses it with a reason, or tries to book it again. */
export function RecordDialog(props: {
  record: QuarantinedRecord;
  canDecide: boolean;
  onDecided: (notice: string) => void;
  onClose: () => void;
}) {
  const { record } = props;
  const canDecide = props.canDecide && record.state === 'open';
  const { reason, errors, working, change, dismiss, retry } =
    useDecision(props);
  return (
    <Dialog
      isOpen
      width={640}
      onOpenChange={isOpen => !isOpen && props.onClose()}
    >
      <DialogHeader>{`Record ${record.id} of ${record.replicaId}`}</DialogHeader>
      <DialogBody>
        <div className={styles.form}>
          {errors.rest && (
            <Alert role="alert" status="danger" icon title={errors.rest} />
          )}
          <Text as="p">{`It could not be booked: ${record.reason}`}</Text>
          <pre className={styles.record} aria-label="The record as it came">
            {record.record || 'Only the number of these records was kept.'}
          </pre>
          {canDecide && (
            <TextField
              label="Why it may be dismissed"
              description="Trying again helps when the portal was updated since. What is dismissed stays on this page."
              value={reason}
              onChange={change}
              validationBehavior="aria"
              validate={() => errors.fields.reason}
            />
          )}
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" slot="close">
          Leave it
        </Button>
        {canDecide && (
          <>
            <Button
              variant="secondary"
              isDisabled={record.isCut}
              isPending={working === 'retry'}
              onPress={retry}
            >
              Try again
            </Button>
            <Button
              variant="primary"
              isPending={working === 'dismiss'}
              onPress={dismiss}
            >
              Dismiss
            </Button>
          </>
        )}
      </DialogFooter>
    </Dialog>
  );
}

function useDecision(props: {
  record: QuarantinedRecord;
  onDecided: (notice: string) => void;
}) {
  const { id } = props.record;
  const api = useApi(meshApiRef);
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState(NO_ERRORS);
  const [working, setWorking] = useState<'retry' | 'dismiss'>();

  async function during(
    what: 'retry' | 'dismiss',
    work: () => Promise<string>,
  ) {
    setWorking(what);
    try {
      props.onDecided(await work());
    } catch (error) {
      setErrors(formErrorsOf(error, ['reason']));
      setWorking(undefined);
    }
  }
  function change(text: string) {
    setReason(text);
    setErrors(NO_ERRORS);
  }
  return {
    ...{ reason, errors, working, change },
    dismiss: () =>
      reason.trim() === ''
        ? setErrors({ fields: { reason: 'Give a reason' } })
        : during('dismiss', async () => {
            await api.books.dismissRecord(id, { reason: reason.trim() });
            return `Record ${id} is dismissed.`;
          }),
    retry: () =>
      during('retry', async () => {
        await api.books.retryRecord(id);
        return `Record ${id} is booked.`;
      }),
  };
}
