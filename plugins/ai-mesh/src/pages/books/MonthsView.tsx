import { Button, Text } from '@backstage/ui';
import {
  BookMonth,
  BookMonthList,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useMemo, useState } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { DataColumn, DataTable } from '../../components/DataTable';
import { HelpTip } from '../../components/HelpTip';
import { Money } from '../../components/Money';
import { Panel } from '../../components/PageFrame';
import { RelativeDate } from '../../components/RelativeDate';
import { StatusBadge } from '../../components/StatusBadge';
import { nameOfRef } from '../../utils/entityNames';
import { formatCount, NOTHING } from '../../utils/format';
import { formatBookMonth, monthStatusOf } from './books.utils';
import { CloseMonthDialog } from './CloseMonthDialog';
import { DownloadDialog } from './DownloadDialog';
import styles from './books.module.css';

type Row = BookMonth & { id: string };

const DIGEST_SHOWN = 12;

const COLUMNS: DataColumn<Row>[] = [
  {
    id: 'month',
    label: 'Month',
    unit: 'UTC',
    isRowHeader: true,
    render: row => formatBookMonth(row.month),
  },
  {
    id: 'status',
    label: 'Status',
    render: row => (
      <>
        <StatusBadge {...monthStatusOf(row)} />
        {row.notClosable && (
          <div className={styles.second}>{row.notClosable}</div>
        )}
        {row.closedBy && (
          <div className={styles.second}>
            by {nameOfRef(row.closedBy)}{' '}
            <RelativeDate at={row.closedAt} isShort />
          </div>
        )}
      </>
    ),
  },
  {
    id: 'requests',
    label: 'Calls',
    isNumeric: true,
    render: row => formatCount(row.totals.requests),
  },
  {
    id: 'departments',
    label: 'Departments',
    isNumeric: true,
    render: row => <Money amount={row.totals.departmentsPicoUsd} />,
  },
  {
    id: 'clearing',
    label: 'Platform',
    help: (
      <HelpTip
        label="What platform means"
        text="Cost that no department was charged: machines that nobody used, and differences to providers’ invoices."
      />
    ),
    isNumeric: true,
    render: row => <Money amount={row.totals.clearingPicoUsd} />,
  },
  {
    id: 'suspense',
    label: 'Suspense',
    help: (
      <HelpTip
        label="What suspense means"
        text="Cost whose department, price or key is not known. The tab Data quality says what to do."
      />
    ),
    isNumeric: true,
    render: row => <Money amount={row.totals.suspensePicoUsd} />,
  },
  {
    id: 'payable',
    label: 'Owed to providers',
    help: (
      <HelpTip
        label="What owed to providers is the sum of"
        text="Departments, platform and suspense together, to the pico-dollar."
      />
    ),
    isNumeric: true,
    render: row => <Money amount={row.totals.payablePicoUsd} />,
  },
  {
    id: 'corrections',
    label: 'Corrections',
    help: (
      <HelpTip
        label="What corrections are"
        text="The part of what is owed that belongs to months closed before: late usage, restated prices, differences to their invoices."
      />
    ),
    isNumeric: true,
    render: row => <Money amount={row.totals.correctionsPicoUsd} />,
  },
  {
    id: 'digest',
    label: 'Digest',
    unit: 'SHA-256',
    render: row =>
      row.digest === undefined ? (
        NOTHING
      ) : (
        <span className={styles.digest} title={row.digest}>
          {row.digest.slice(0, DIGEST_SHOWN)}…
          <CopyButton
            text={row.digest}
            label={`Copy the digest of ${formatBookMonth(row.month)}`}
          />
        </span>
      ),
  },
];

/** The months, their totals, and what can be done with them. */
export function MonthsView(props: {
  list: BookMonthList;
  onChanged: () => void;
}) {
  const { list, onChanged } = props;
  const [toClose, setToClose] = useState<BookMonth>();
  const [toDownload, setToDownload] = useState<BookMonth>();
  const [notice, setNotice] = useState('');
  const rows = list.items.map(each => ({ ...each, id: each.month }));
  const columns = useMemo(
    () => [
      ...COLUMNS,
      actionColumn({
        onClose: list.canClose ? setToClose : undefined,
        onDownload: setToDownload,
      }),
    ],
    [list.canClose],
  );
  return (
    <Panel
      title={
        <>
          <Text as="h2" variant="body-medium" weight="bold">
            Months of the ledger
          </Text>
          <Text role="status" color="secondary" variant="body-small">
            {notice}
          </Text>
        </>
      }
    >
      <DataTable label="Months of the ledger" columns={columns} rows={rows} />
      {toClose && (
        <CloseMonthDialog
          month={toClose}
          onClose={() => setToClose(undefined)}
          onClosed={() => {
            setNotice(`${formatBookMonth(toClose.month)} is closed.`);
            setToClose(undefined);
            onChanged();
          }}
        />
      )}
      {toDownload && (
        <DownloadDialog
          month={toDownload}
          onClose={() => setToDownload(undefined)}
        />
      )}
    </Panel>
  );
}

function actionColumn(actions: {
  onClose?: (month: BookMonth) => void;
  onDownload: (month: BookMonth) => void;
}): DataColumn<Row> {
  const { onClose, onDownload } = actions;
  return {
    id: 'actions',
    label: 'Actions',
    isNumeric: true,
    render: row => (
      <div className={styles.actions}>
        {onClose && row.status === 'open' && row.notClosable === undefined && (
          <Button
            size="small"
            variant="secondary"
            aria-label={`Close ${formatBookMonth(row.month)}`}
            onPress={() => onClose(row)}
          >
            Close
          </Button>
        )}
        <Button
          size="small"
          variant="tertiary"
          aria-label={`Download ${formatBookMonth(row.month)}`}
          onPress={() => onDownload(row)}
        >
          Download
        </Button>
      </div>
    ),
  };
}
