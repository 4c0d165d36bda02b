import { useApi } from '@backstage/core-plugin-api';
import { Text, TextField } from '@backstage/ui';
import { PriceProposal } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useState } from 'react';
import { meshApiRef } from '../../api';
import { FormDialog } from '../../components/FormDialog';
import { formErrorsOf, NO_ERRORS } from '../../utils/formErrors';
import { describeFactor, labelOf, placeOf } from './prices.utils';
import { RateList } from './RateList';

/** What somebody is about to decide. */
export interface Decision {
  verb: 'approve' | 'reject';
  proposal: PriceProposal;
}

/** Shows the price in force and the one that is offered, and asks for a reason. */
export function DecideDialog(props: {
  decision: Decision;
  onDecided: () => void;
  onClose: () => void;
}) {
  const { verb, proposal } = props.decision;
  const { reason, setReason, errors, isSaving, save } = useDecision(props);
  const name = verb === 'approve' ? 'Approve' : 'Reject';
  return (
    <FormDialog
      title={`${name} the price of ${proposal.priceKey}?`}
      width={640}
      action={name}
      isDestructive={verb === 'reject'}
      isSending={isSaving}
      problem={errors.rest}
      onSend={save}
      onClose={props.onClose}
    >
      <div>
        <Comparison proposal={proposal} />
        <Text as="p">{consequence(props.decision)}</Text>
      </div>
      <TextField
        label="Reason"
        description="Kept with the decision, for whoever asks later."
        value={reason}
        onChange={setReason}
        validationBehavior="aria"
        validate={() => errors.fields.reason}
      />
    </FormDialog>
  );
}

function Comparison({ proposal }: { proposal: PriceProposal }) {
  return (
    <>
      <Text as="p" color="secondary">
        {`${placeOf(proposal)}. ${labelOf(
          proposal.changedClass,
        )}: ${describeFactor(proposal.factor).toLowerCase()}.`}
      </Text>
      <Text as="h3" variant="body-medium" weight="bold">
        In force
      </Text>
      {proposal.present ? (
        <RateList price={proposal.present} />
      ) : (
        <Text as="p">No price</Text>
      )}
      <Text as="h3" variant="body-medium" weight="bold">
        Offered
      </Text>
      <RateList price={proposal} />
    </>
  );
}

function consequence({ verb, proposal }: Decision): string {
  if (verb === 'reject') {
    return 'The price in force stays. The source is not asked again unless it offers something else.';
  }
  return proposal.validFrom === undefined
    ? 'It holds from now on; gateways have it within seconds.'
    : 'It holds from its begin on. What was booked since then at the old price is corrected by lines of its own.';
}

function useDecision(props: { decision: Decision; onDecided: () => void }) {
  const { verb, proposal } = props.decision;
  const api = useApi(meshApiRef);
  const [reason, setReasonText] = useState('');
  const [errors, setErrors] = useState(NO_ERRORS);
  const [isSaving, setSaving] = useState(false);

  function setReason(typed: string) {
    setReasonText(typed);
    setErrors(NO_ERRORS);
  }

  async function save() {
    if (reason.trim().length < 3) {
      setErrors({ fields: { reason: 'Say in a few words why' } });
      return;
    }
    setSaving(true);
    try {
      await api.prices[verb](proposal.id, { reason });
      props.onDecided();
    } catch (error) {
      setErrors(formErrorsOf(error, ['reason']));
      setSaving(false);
    }
  }
  return { reason, setReason, errors, isSaving, save };
}
