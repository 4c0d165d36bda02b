import { useApi } from '@backstage/core-plugin-api';
import { Alert, Button, Text } from '@backstage/ui';
import {
  InvoiceDetails,
  InvoiceVarianceLine,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useState } from 'react';
import { meshApiRef } from '../../api';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Money } from '../../components/Money';
import { Panel } from '../../components/PageFrame';
import { Loadable } from '../../components/StatePanels';
import { StatusBadge } from '../../components/StatusBadge';
import { messageOf } from '../../utils/formErrors';
import { useInvoice } from './books.hooks';
import {
  formatBookMonth,
  formatVariance,
  nameOfLine,
  varianceOf,
} from './books.utils';

type Row = Omit<InvoiceVarianceLine, 'isInvoiced'> & {
  id: string;
  name: string;
};

const COLUMNS: DataColumn<Row>[] = [
  {
    id: 'model',
    label: 'Model',
    isRowHeader: true,
    render: row => row.name,
  },
  {
    id: 'class',
    label: 'Class',
    render: row => row.chargeClass ?? 'All',
  },
  {
    id: 'invoiced',
    label: 'Invoice',
    isNumeric: true,
    render: row => <Money amount={row.invoicedPicoUsd} />,
  },
  {
    id: 'ledger',
    label: 'Ledger',
    isNumeric: true,
    render: row => <Money amount={row.ledgerPicoUsd} />,
  },
  {
    id: 'difference',
    label: 'Difference',
    isNumeric: true,
    render: row => <Money amount={row.differencePicoUsd} />,
  },
  {
    id: 'percent',
    label: 'Of the invoice',
    isNumeric: true,
    render: row => formatVariance(row.differencePicoUsd, row.invoicedPicoUsd),
  },
  {
    id: 'status',
    label: 'Status',
    render: row => <StatusBadge {...varianceOf(row)} />,
  },
];

/** One invoice beside the ledger, and the way to make them agree. */
export function InvoiceVariance(props: {
  id: number;
  canPost: boolean;
  onPosted: (id: number) => void;
}) {
  const { loaded, reload } = useInvoice(props.id);
  return (
    <Loadable loaded={loaded} what="the invoice" onRetry={reload}>
      {invoice => <Variance {...props} invoice={invoice} reload={reload} />}
    </Loadable>
  );
}

function Variance(props: {
  invoice: InvoiceDetails;
  canPost: boolean;
  reload: () => void;
  onPosted: (id: number) => void;
}) {
  const { invoice } = props;
  const api = useApi(meshApiRef);
  const [error, setError] = useState<string>();
  const [notice, setNotice] = useState('');
  const [isPosting, setPosting] = useState(false);
  const canPost =
    props.canPost &&
    !invoice.isSuperseded &&
    invoice.lines.some(each => each.differencePicoUsd !== 0n);

  async function post() {
    setPosting(true);
    setError(undefined);
    try {
      const { posted } = await api.books.postDifference(invoice.id);
      setNotice(
        posted === 1 ? '1 adjustment posted.' : `${posted} adjustments posted.`,
      );
      props.reload();
      props.onPosted(invoice.id);
    } catch (caught) {
      setError(messageOf(caught));
    }
    setPosting(false);
  }

  const title = `${invoice.provider}, ${formatBookMonth(invoice.month)}`;
  return (
    <Panel
      title={
        <>
          <Text as="h2" variant="body-medium" weight="bold">
            {title}
          </Text>
          <Text role="status" color="secondary" variant="body-small">
            {notice}
          </Text>
          {canPost && (
            <Button variant="primary" isPending={isPosting} onPress={post}>
              Post difference
            </Button>
          )}
        </>
      }
    >
      {error && <Alert role="alert" status="danger" icon title={error} />}
      {canPost && (
        <Text as="p" color="secondary" variant="body-small">
          Posting books each difference as an adjustment from the provider to
          the platform’s account “reconciliation”, so that the ledger says what
          the invoice says. If the month is closed, it counts for today, as a
          correction of that month.
        </Text>
      )}
      <DataTable
        label={`Invoice of ${title} beside the ledger`}
        columns={COLUMNS}
        rows={invoice.lines.map(({ isInvoiced, ...line }) => ({
          ...line,
          name: nameOfLine({ ...line, isInvoiced }),
          id: `${line.model} ${line.chargeClass ?? ''} ${isInvoiced}`,
        }))}
      />
    </Panel>
  );
}
