import { Text } from '@backstage/ui';
import {
  BookMonthList,
  Invoice,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useCallback } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Money } from '../../components/Money';
import { Panel } from '../../components/PageFrame';
import { RelativeDate } from '../../components/RelativeDate';
import { EmptyPanel, Loadable } from '../../components/StatePanels';
import { StatusBadge } from '../../components/StatusBadge';
import { nameOfRef } from '../../utils/entityNames';
import { useBooksAddress, useInvoices } from './books.hooks';
import { formatBookMonth, formatVariance, varianceOf } from './books.utils';
import { InvoiceUpload } from './InvoiceUpload';
import { InvoiceVariance } from './InvoiceVariance';
import { Pages } from './Pages';
import styles from './books.module.css';

type Row = Omit<Invoice, 'id'> & { id: string };

const COLUMNS: DataColumn<Row>[] = [
  {
    id: 'month',
    label: 'Month',
    render: row => formatBookMonth(row.month),
  },
  {
    id: 'provider',
    label: 'Provider',
    isRowHeader: true,
    render: row => row.provider,
  },
  {
    id: 'file',
    label: 'File',
    render: row => (
      <>
        {row.fileName}
        <div className={styles.second}>
          {nameOfRef(row.uploadedBy)}{' '}
          <RelativeDate at={row.uploadedAt} isShort />
        </div>
      </>
    ),
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
    render: row => (
      <>
        <Money amount={row.differencePicoUsd} />
        <div className={styles.second}>
          {formatVariance(row.differencePicoUsd, row.invoicedPicoUsd)}
        </div>
      </>
    ),
  },
  {
    id: 'status',
    label: 'Status',
    render: row =>
      row.isSuperseded ? (
        <StatusBadge tone="neutral" text="Replaced" />
      ) : (
        <StatusBadge {...varianceOf(row)} />
      ),
  },
];

/** Invoices of providers beside the ledger: the way in, the list, and one of them in detail. */
export function InvoicesView(props: {
  list: BookMonthList;
  onChanged: () => void;
}) {
  const { list, onChanged } = props;
  const [{ invoice }, change] = useBooksAddress();
  const { loaded, reload } = useInvoices();
  const open = useCallback((row: Row) => change({ invoice: row.id }), [change]);
  function onInvoice(id: number) {
    change({ invoice: String(id), offset: '0' });
    reload();
    onChanged();
  }
  return (
    <>
      {list.canClose && (
        <InvoiceUpload
          months={list.items.slice(1).map(each => each.month)}
          onUploaded={onInvoice}
        />
      )}
      {Number(invoice) > 0 && (
        <InvoiceVariance
          key={invoice}
          id={Number(invoice)}
          canPost={list.canClose}
          onPosted={onInvoice}
        />
      )}
      <Loadable loaded={loaded} what="invoices" onRetry={reload}>
        {({ items, total }, { isStale }) => (
          <Panel
            title={
              <Text as="h2" variant="body-medium" weight="bold">
                Invoices of providers
              </Text>
            }
          >
            {total === 0 ? (
              <EmptyPanel
                title="No invoice was uploaded yet"
                description="Upload what a provider charged for a month that is over, and see whether the ledger says the same."
              />
            ) : (
              <>
                <DataTable
                  label="Invoices of providers"
                  columns={COLUMNS}
                  rows={items.map(each => ({ ...each, id: String(each.id) }))}
                  isStale={isStale}
                  onOpen={open}
                />
                <Pages total={total} name="offset" />
              </>
            )}
          </Panel>
        )}
      </Loadable>
    </>
  );
}
