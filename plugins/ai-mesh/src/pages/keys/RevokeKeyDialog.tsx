import { useApi } from '@backstage/core-plugin-api';
import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Text,
} from '@backstage/ui';
import { GatewayKey } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useState } from 'react';
import { meshApiRef } from '../../api';
import { messageOf } from '../../utils/formErrors';

/** Asks before a key stops working, and says what stops with it. */
export function RevokeKeyDialog(props: {
  gatewayKey: GatewayKey;
  applicationTitle: string;
  onRevoked: () => void;
  onClose: () => void;
}) {
  const { gatewayKey: key, applicationTitle } = props;
  const api = useApi(meshApiRef);
  const [error, setError] = useState<string>();
  const [isRevoking, setRevoking] = useState(false);

  async function revoke() {
    setRevoking(true);
    setError(undefined);
    try {
      await api.revokeKey(key.id);
      props.onRevoked();
    } catch (caught) {
      setError(messageOf(caught));
      setRevoking(false);
    }
  }

  return (
    <Dialog
      isOpen
      width={480}
      onOpenChange={isOpen => !isOpen && props.onClose()}
    >
      <DialogHeader>{`Revoke “${key.name}”?`}</DialogHeader>
      <DialogBody>
        {error && (
          <Alert role="alert" status="danger" icon mb="4" title={error} />
        )}
        <Text as="p">
          {`Calls of ${applicationTitle} with the key ending in ${
            key.lastFour
          } will be refused within seconds: ${key.models.join(
            ', ',
          )}. A revoked key cannot be brought back; issue a new one first if the application must go on.`}
        </Text>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" slot="close">
          Keep it
        </Button>
        <Button destructive isPending={isRevoking} onPress={revoke}>
          Revoke key
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
