import { useApi } from '@backstage/core-plugin-api';
import { Alert, Select, Text } from '@backstage/ui';
import { ChangeEvent, useState } from 'react';
import { meshApiRef } from '../../api';
import { Panel } from '../../components/PageFrame';
import { formErrorsOf } from '../../utils/formErrors';
import { formatBookMonth } from './books.utils';
import styles from './books.module.css';

/** The way in for a provider's invoice: for a month that is over, a CSV file. */
export function InvoiceUpload(props: {
  /** Those that are over, the newest first. */
  months: readonly string[];
  onUploaded: (id: number) => void;
}) {
  const { months, onUploaded } = props;
  const api = useApi(meshApiRef);
  const [month, setMonth] = useState(months[0]);
  const [problems, setProblems] = useState<string[]>([]);
  const [notice, setNotice] = useState('');

  async function upload(file: File) {
    setProblems([]);
    setNotice('');
    try {
      const content = await file.text();
      const { invoices } = await api.books.uploadInvoice({
        month,
        fileName: file.name,
        content,
      });
      setNotice(
        `${file.name} is taken: ${invoices
          .map(each => each.provider)
          .join(', ')}.`,
      );
      if (invoices.length > 0) onUploaded(invoices[0].id);
    } catch (error) {
      const { fields, rest } = formErrorsOf(error, ['content', 'month']);
      setProblems([...Object.values(fields), ...(rest?.split('; ') ?? [])]);
    }
  }
  function onChange(event: ChangeEvent<HTMLInputElement>) {
    const file = event.target.files?.[0];
    if (file) upload(file);
    event.target.value = ''; // the same file again, once it is mended
  }
  if (months.length === 0) return null;
  return (
    <Panel>
      <div className={styles.choose}>
        <Select
          label="Month of the invoice (UTC)"
          options={months.map(id => ({ id, label: formatBookMonth(id) }))}
          value={month}
          onChange={id => setMonth(String(id))}
        />
        <label htmlFor="invoice-file">
          <Text weight="bold">Invoice, .csv</Text>
        </label>
        <input
          id="invoice-file"
          type="file"
          accept=".csv"
          aria-describedby="invoice-file-help"
          onChange={onChange}
        />
        <Text
          as="p"
          id="invoice-file-help"
          color="secondary"
          variant="body-small"
        >
          Columns{' '}
          <code>month, provider, model, token_class, amount, currency</code>, in
          US dollars; or Azure’s cost export with{' '}
          <code>BillingPeriodStartDate, MeterName, CostInUsd</code>. A later
          file for the same month and provider takes the place of this one.
        </Text>
        <Text role="status" color="secondary">
          {notice}
        </Text>
      </div>
      {problems.length > 0 && (
        <Alert
          role="alert"
          status="danger"
          icon
          title="The file is not taken: mend it and choose it again"
          description={
            <ul>
              {problems.map(problem => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
          }
        />
      )}
    </Panel>
  );
}
