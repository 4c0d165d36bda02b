import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
} from '@backstage/ui';
import { ReactNode, useId } from 'react';
import styles from './FormDialog.module.css';

/** A form that is sent or left: what is wrong with none of its fields stands above them. */
export function FormDialog(props: {
  title: string;
  /** Pixels. */
  width: number;
  /** What the button says that sends it. */
  action: string;
  isDestructive?: boolean;
  isSending: boolean;
  problem: string | undefined;
  onSend: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Dialog
      isOpen
      width={props.width}
      onOpenChange={isOpen => !isOpen && props.onClose()}
    >
      <DialogHeader>{props.title}</DialogHeader>
      <DialogBody>
        <form
          id={id}
          noValidate
          className={styles.form}
          onSubmit={event => {
            event.preventDefault();
            props.onSend();
          }}
        >
          {props.problem && (
            <Alert role="alert" status="danger" icon title={props.problem} />
          )}
          {props.children}
        </form>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" slot="close">
          Cancel
        </Button>
        <Button
          variant="primary"
          destructive={props.isDestructive}
          type="submit"
          form={id}
          isPending={props.isSending}
        >
          {props.action}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
