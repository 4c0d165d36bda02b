import { useApi } from '@backstage/core-plugin-api';
import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Select,
  Text,
} from '@backstage/ui';
import {
  BookMonth,
  ExportedFile,
  focusFormatSchema,
  focusVersionSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useState } from 'react';
import { meshApiRef } from '../../api';
import { oneOf } from '../../components/useAddressState';
import { messageOf } from '../../utils/formErrors';
import { saveFile } from '../../utils/saveFile';
import { formatBookMonth } from './books.utils';
import styles from './books.module.css';

const FILES = [
  { id: 'json', label: 'Statement, JSON' },
  { id: 'csv', label: 'Statement, CSV' },
  ...[...focusVersionSchema.options].reverse().flatMap(version =>
    focusFormatSchema.options.map(format => ({
      id: `${version} ${format}`,
      label: `FOCUS ${version}, ${format === 'csv' ? 'CSV' : 'Parquet'}`,
    })),
  ),
];
const STATEMENTS = ['json', 'csv'];

/** The files that there are of a month. Only a closed one has a statement. */
export function DownloadDialog(props: {
  month: BookMonth;
  onClose: () => void;
}) {
  const { month, status } = props.month;
  const api = useApi(meshApiRef);
  const files =
    status === 'closed'
      ? FILES
      : FILES.filter(each => !STATEMENTS.includes(each.id));
  const [chosen, setChosen] = useState(files[0].id);
  const [error, setError] = useState<string>();
  const [isLoading, setLoading] = useState(false);

  async function fetchFile(): Promise<ExportedFile> {
    if (STATEMENTS.includes(chosen)) {
      const format = oneOf(chosen, ['json', 'csv'], 'json');
      return api.books.downloadStatement(month, format);
    }
    const [version, format] = chosen.split(' ');
    return api.focus.exportMonth({
      month,
      version: focusVersionSchema.parse(version),
      format: focusFormatSchema.parse(format),
    });
  }

  async function download() {
    setLoading(true);
    setError(undefined);
    try {
      saveFile(await fetchFile());
      props.onClose();
    } catch (caught) {
      setError(messageOf(caught));
      setLoading(false);
    }
  }

  return (
    <Dialog
      isOpen
      width={480}
      onOpenChange={isOpen => !isOpen && props.onClose()}
    >
      <DialogHeader>{`Download ${formatBookMonth(month)}`}</DialogHeader>
      <DialogBody>
        <div className={styles.form}>
          {error && <Alert role="alert" status="danger" icon title={error} />}
          <Select
            label="File"
            options={files}
            value={chosen}
            onChange={id => setChosen(String(id))}
          />
          <Text as="p" color="secondary" variant="body-small">
            {status === 'closed'
              ? 'The statement is the report that was frozen. FOCUS is for finance tools: one row a model and class of tokens.'
              : 'The month is open: its numbers still change, and it has no statement yet.'}
          </Text>
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" slot="close">
          Cancel
        </Button>
        <Button variant="primary" isPending={isLoading} onPress={download}>
          Download
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
