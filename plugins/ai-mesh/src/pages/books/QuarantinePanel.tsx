import { Button, Select, Text } from '@backstage/ui';
import { QuarantinedRecord } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useMemo, useState } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Panel } from '../../components/PageFrame';
import { RelativeDate } from '../../components/RelativeDate';
import { EmptyPanel, Loadable } from '../../components/StatePanels';
import { StatusBadge, Tone } from '../../components/StatusBadge';
import { nameOfRef } from '../../utils/entityNames';
import { formatCount } from '../../utils/format';
import { useBooksAddress, useQuarantine } from './books.hooks';
import { Pages } from './Pages';
import { RecordDialog } from './RecordDialog';
import styles from './books.module.css';

type Row = Omit<QuarantinedRecord, 'id'> & {
  id: string;
  record: string;
  source: QuarantinedRecord;
};

const STATES: Record<QuarantinedRecord['state'], { tone: Tone; text: string }> =
  {
    open: { tone: 'warning', text: 'Open' },
    dismissed: { tone: 'neutral', text: 'Dismissed' },
    booked: { tone: 'positive', text: 'Booked' },
  };

const COLUMNS: DataColumn<Row>[] = [
  {
    id: 'received',
    label: 'Received',
    render: row => (
      <>
        <RelativeDate at={row.lastReceivedAt} />
        {row.times > 1 && (
          <div className={styles.second}>{`${formatCount(
            row.times,
          )} times`}</div>
        )}
      </>
    ),
  },
  { id: 'replica', label: 'From', render: row => row.replicaId },
  {
    id: 'reason',
    label: 'Reason',
    isRowHeader: true,
    render: row => (
      <div className={styles.text}>
        {row.reason}
        {row.decision && <div className={styles.second}>{row.decision}</div>}
      </div>
    ),
  },
  {
    id: 'state',
    label: 'State',
    render: row => (
      <>
        <StatusBadge {...STATES[row.state]} />
        {row.decidedBy && (
          <div className={styles.second}>by {nameOfRef(row.decidedBy)}</div>
        )}
      </>
    ),
  },
];

/** Records that nobody could book: their cost is not known. */
export function QuarantinePanel(props: {
  month: string;
  canDecide: boolean;
  onDecided: () => void;
}) {
  const { month, canDecide, onDecided } = props;
  const [{ state }, change] = useBooksAddress();
  const { loaded, reload } = useQuarantine(month);
  const [toDecide, setToDecide] = useState<QuarantinedRecord>();
  const [notice, setNotice] = useState('');
  const columns = useMemo(() => [...COLUMNS, lookColumn(setToDecide)], []);
  return (
    <Panel
      title={
        <>
          <Text as="h2" variant="body-medium" weight="bold">
            Records that could not be booked
          </Text>
          <Text role="status" color="secondary" variant="body-small">
            {notice}
          </Text>
          <Select
            className={styles.choice}
            aria-label="State of the records"
            options={[
              { id: 'open', label: 'Open' },
              { id: 'dismissed', label: 'Dismissed' },
              { id: 'booked', label: 'Booked since' },
              { id: 'all', label: 'All' },
            ]}
            value={state}
            onChange={id => change({ state: String(id), records: '0' })}
          />
        </>
      }
    >
      <Text as="p" color="secondary" variant="body-small">
        Gateways delivered these, and they contradict themselves, so that nobody
        knows what they cost. The provider’s invoice will: the tab Invoices
        shows the difference. Many of them mean that a gateway is broken, or is
        not one of ours.
      </Text>
      <Loadable loaded={loaded} what="records" onRetry={reload}>
        {({ items, total }, { isStale }) =>
          total === 0 ? (
            <EmptyPanel
              title="No such record in this month"
              description="Whatever gateways delivered could be booked, or was decided about."
            />
          ) : (
            <>
              <DataTable
                label="Records that could not be booked"
                columns={columns}
                rows={items.map(each => ({
                  ...each,
                  id: String(each.id),
                  source: each,
                }))}
                isStale={isStale}
              />
              <Pages total={total} name="records" />
            </>
          )
        }
      </Loadable>
      {toDecide && (
        <RecordDialog
          record={toDecide}
          canDecide={canDecide}
          onClose={() => setToDecide(undefined)}
          onDecided={text => {
            setNotice(text);
            setToDecide(undefined);
            reload();
            onDecided();
          }}
        />
      )}
    </Panel>
  );
}

function lookColumn(
  onLook: (record: QuarantinedRecord) => void,
): DataColumn<Row> {
  return {
    id: 'actions',
    label: 'Actions',
    isNumeric: true,
    render: row => (
      <Button
        size="small"
        variant="tertiary"
        aria-label={`Look at record ${row.id}`}
        onPress={() => onLook(row.source)}
      >
        Look at it
      </Button>
    ),
  };
}
