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
import { formatUsd, TopUp } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useState } from 'react';
import { meshApiRef } from '../../api';
import { formErrorsOf, NO_ERRORS } from '../../utils/formErrors';
import { nameOfRef } from '../../utils/entityNames';
import styles from './quotas.module.css';

/** Approves or rejects a top-up, with a reason. */
export function DecideTopUpDialog(props: {
  topUp: TopUp;
  onDecided: (state: 'approved' | 'rejected') => void;
  onClose: () => void;
}) {
  const { topUp } = props;
  const api = useApi(meshApiRef);
  const [decision, setDecision] = useState('');
  const [errors, setErrors] = useState(NO_ERRORS);
  const [saving, setSaving] = useState<'approved' | 'rejected'>();

  async function decide(state: 'approved' | 'rejected') {
    if (!decision.trim()) {
      setErrors({ fields: { decision: 'Give a reason' } });
      return;
    }
    setSaving(state);
    try {
      await api.budgets.decideTopUp(topUp.id, {
        state,
        decision: decision.trim(),
      });
      props.onDecided(state);
    } catch (error) {
      setErrors(formErrorsOf(error, ['decision']));
      setSaving(undefined);
    }
  }

  return (
    <Dialog
      isOpen
      width={480}
      onOpenChange={isOpen => !isOpen && props.onClose()}
    >
      <DialogHeader>{`Top-up of ${topUp.title}`}</DialogHeader>
      <DialogBody>
        <div className={styles.form}>
          {errors.rest && (
            <Alert role="alert" status="danger" icon title={errors.rest} />
          )}
          <Text as="p">
            {`${nameOfRef(topUp.requestedBy)} asks for ${formatUsd(
              topUp.amountPicoUsd,
            )}: ${topUp.reason}`}
          </Text>
          <TextField
            label="Your reason"
            // eslint-disable-next-line jsx-a11y/no-autofocus -- a dialog moves the focus anyway; this is where it belongs
            autoFocus
            value={decision}
            onChange={text => {
              setDecision(text);
              setErrors(NO_ERRORS);
            }}
            validationBehavior="aria"
            validate={() => errors.fields.decision}
          />
        </div>
      </DialogBody>
      <DialogFooter>
        <Button
          variant="secondary"
          isPending={saving === 'rejected'}
          onPress={() => decide('rejected')}
        >
          Reject
        </Button>
        <Button
          variant="primary"
          isPending={saving === 'approved'}
          onPress={() => decide('approved')}
        >
          Approve
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
