import { Invoice } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useCallback } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Money } from '../../components/Money';
import { StatusBadge } from '../../components/StatusBadge';
import { useBooksAddress } from './books.hooks';
import { formatBookMonth, formatVariance, varianceOf } from './books.utils';
import { Section } from './Section';

type Row = Omit<Invoice, 'id'> & { id: string };

const COLUMNS: DataColumn<Row>[] = [
  {
    id: 'provider',
    label: 'Provider',
    isRowHeader: true,
    render: row => row.provider,
  },
  {
    id: 'difference',
    label: 'Invoice less ledger',
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

/** How far the month is from what providers say that it cost; a row opens the invoice. */
export function InvoiceSummary(props: {
  month: string;
  invoices: readonly Invoice[];
}) {
  const { month, invoices } = props;
  const [, change] = useBooksAddress();
  const open = useCallback(
    (row: Row) => change({ view: 'invoices', invoice: row.id }),
    [change],
  );
  return (
    <Section
      title="Difference to invoices"
      isEmpty={invoices.length === 0}
      empty={`No invoice for ${formatBookMonth(
        month,
      )} was uploaded: the tab Invoices takes one once the month is over.`}
    >
      <DataTable
        label="Difference to invoices"
        columns={COLUMNS}
        rows={invoices.map(each => ({ ...each, id: String(each.id) }))}
        onOpen={open}
      />
    </Section>
  );
}
