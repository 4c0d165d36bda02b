import { Replica } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ReactNode } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { HelpTip } from '../../components/HelpTip';
import { RelativeDate } from '../../components/RelativeDate';
import { StatusBadge } from '../../components/StatusBadge';
import { formatAge, formatCount, NOTHING } from '../../utils/format';
import styles from './gateway.module.css';
import { backlogOf, ReplicaRow, SnapshotState } from './replicas';

const SNAPSHOTS: Record<SnapshotState, ReactNode> = {
  none: <StatusBadge tone="warning" text="None yet" />,
  only: 'In force',
  same: 'Same as the others',
  behind: <StatusBadge tone="warning" text="Behind the others" />,
  differs: <StatusBadge tone="warning" text="Differs from the others" />,
  unknown: NOTHING,
};

const LIMITS: Record<Replica['limits'], ReactNode> = {
  memory: 'In memory',
  shared: 'In the shared store',
  fallback: (
    <>
      <StatusBadge tone="warning" text="Its own share only" />
      <div className={styles.second}>the shared store does not answer</div>
    </>
  ),
};

const COLUMNS: DataColumn<ReplicaRow>[] = [
  {
    id: 'replica',
    label: 'Replica',
    unit: 'started',
    isRowHeader: true,
    render: row => (
      <>
        <div className={styles.id}>{row.replicaId}</div>
        <div className={styles.second}>
          <RelativeDate at={row.startedAt} isShort />
        </div>
      </>
    ),
  },
  {
    id: 'state',
    label: 'State',
    render: row =>
      row.isAlive ? (
        <StatusBadge tone="positive" text="Alive" />
      ) : (
        <>
          <StatusBadge tone="negative" text="Not heard of" />
          <div className={styles.second}>
            since <RelativeDate at={row.lastSeenAt} isShort />
          </div>
        </>
      ),
  },
  {
    id: 'snapshot',
    label: 'Snapshot',
    unit: 'keys, models, prices',
    render: row => (
      <span title={row.snapshotVersion}>{SNAPSHOTS[row.snapshot]}</span>
    ),
  },
  {
    id: 'activeCalls',
    label: 'Active calls',
    isNumeric: true,
    render: row => (row.isAlive ? formatCount(row.activeCalls) : NOTHING),
  },
  {
    id: 'undelivered',
    label: 'Undelivered usage',
    unit: 'records',
    help: (
      <HelpTip
        label="What undelivered usage means"
        text="Usage that lies in the journal of the replica and is not booked yet. It is delivered when the portal can be reached again; nothing is lost as long as the disk is kept."
      />
    ),
    isNumeric: true,
    render: row => <Undelivered replica={row} />,
  },
  {
    id: 'shadows',
    label: 'Dropped copies',
    unit: 'for candidates',
    help: (
      <HelpTip
        label="What dropped copies are"
        text="Copies of calls for a candidate that were not sent, because the queue was full or their daily cap was reached. No caller notices."
      />
    ),
    isNumeric: true,
    render: row => formatCount(row.droppedShadows),
  },
  {
    id: 'limits',
    label: 'Limits are counted',
    render: row => (row.isAlive ? LIMITS[row.limits] : NOTHING),
  },
];

/** The replicas one by one, as each speaks of itself. */
export function ReplicasTable(props: { replicas: readonly ReplicaRow[] }) {
  return <DataTable label="Replicas" columns={COLUMNS} rows={props.replicas} />;
}

function Undelivered(props: { replica: Replica }) {
  const backlog = backlogOf(props.replica);
  const oldest = backlog && `oldest waits ${formatAge(backlog.ageMs)}`;
  return (
    <>
      <div>{formatCount(props.replica.undeliveredRecords)}</div>
      {oldest &&
        (backlog.isLate ? (
          <StatusBadge tone="warning" text={oldest} />
        ) : (
          <div className={styles.second}>{oldest}</div>
        ))}
    </>
  );
}
