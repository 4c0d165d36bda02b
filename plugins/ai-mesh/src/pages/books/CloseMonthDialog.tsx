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
import { BookMonth, formatUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useState } from 'react';
import { meshApiRef } from '../../api';
import { messageOf } from '../../utils/formErrors';
import { formatBookMonth } from './books.utils';
import styles from './books.module.css';

/** Asks before a month is frozen, and says what that means. */
export function CloseMonthDialog(props: {
  month: BookMonth;
  onClosed: () => void;
  onClose: () => void;
}) {
  const { month, totals } = props.month;
  const api = useApi(meshApiRef);
  const [error, setError] = useState<string>();
  const [isClosing, setClosing] = useState(false);

  async function close() {
    setClosing(true);
    setError(undefined);
    try {
      await api.books.closeMonth(month);
      props.onClosed();
    } catch (caught) {
      setError(messageOf(caught));
      setClosing(false);
    }
  }

  const suspense = totals.suspensePicoUsd;
  return (
    <Dialog
      isOpen
      width={560}
      onOpenChange={isOpen => !isOpen && props.onClose()}
    >
      <DialogHeader>{`Close ${formatBookMonth(month)}?`}</DialogHeader>
      <DialogBody>
        <div className={styles.form}>
          {error && <Alert role="alert" status="danger" icon title={error} />}
          {suspense !== 0n && (
            <Alert
              status="warning"
              icon
              title={`${formatUsd(suspense)} stand in suspense`}
              description="They stay there in the statement. The tab Data quality says how to clear them first."
            />
          )}
          <Text as="p">
            The statement of the month is written and signed with a digest:
            every report of it stays byte for byte what it is now. Names of
            departments and applications are frozen with it.
          </Text>
          <Text as="p">
            Usage that comes late, restated prices and differences to invoices
            are booked into the open month, marked as corrections.
          </Text>
          <Text as="p" weight="bold">
            A closed month cannot be opened again.
          </Text>
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" slot="close">
          Keep it open
        </Button>
        <Button destructive isPending={isClosing} onPress={close}>
          Close month
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
