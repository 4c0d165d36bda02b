import { SortDescriptor } from '@backstage/ui';
import { FallbackCause } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DataColumn, DataTable } from '../../components/DataTable';
import { HelpTip } from '../../components/HelpTip';
import { RelativeDate } from '../../components/RelativeDate';
import { StatusBadge, Tone } from '../../components/StatusBadge';
import { formatCount, formatPercent, NOTHING } from '../../utils/format';
import { useGatewayAddress } from './gateway.hooks';
import styles from './gateway.module.css';
import { Circuit, sortTargets, TargetRow } from './targets';

const CIRCUITS: Record<Circuit, { tone: Tone; text: string }> = {
  closed: { tone: 'positive', text: 'Well' },
  'half-open': { tone: 'warning', text: 'Being tried again' },
  open: { tone: 'negative', text: 'Left alone' },
};

const CAUSES: Record<FallbackCause, string> = {
  error: 'Error',
  'rate-limit': 'Rate limit',
  timeout: 'Timeout',
  'context-length': 'Context too long',
  'content-filter': 'Content filter',
  budget: 'Budget',
};

const COLUMNS: DataColumn<TargetRow>[] = [
  {
    id: 'target',
    label: 'Target',
    unit: 'provider',
    isSortable: true,
    isRowHeader: true,
    render: row => (
      <>
        <div className={styles.id}>{row.targetId}</div>
        <div className={styles.second}>{row.provider}</div>
      </>
    ),
  },
  {
    id: 'model',
    label: 'Model',
    isSortable: true,
    render: row => row.model,
  },
  {
    id: 'stage',
    label: 'Stage',
    isSortable: true,
    render: row => (row.stage === 'stable' ? 'Stable' : 'Candidate'),
  },
  {
    id: 'state',
    label: 'State',
    help: (
      <HelpTip
        label="What the state means"
        text="A target that fails too often is left alone for a while; then one call tries it again. The worst of all replicas shows."
      />
    ),
    isSortable: true,
    render: row => (
      <>
        <StatusBadge {...CIRCUITS[row.circuit]} />
        {row.seenBy < row.replicas && (
          <div className={styles.second}>
            {`by ${row.seenBy} of ${row.replicas} replicas`}
          </div>
        )}
      </>
    ),
  },
  {
    id: 'inFlight',
    label: 'In flight',
    unit: 'calls now',
    isNumeric: true,
    isSortable: true,
    render: row => formatCount(row.inFlight),
  },
  {
    id: 'calls',
    label: 'Calls',
    unit: 'last minute',
    isNumeric: true,
    isSortable: true,
    render: row => formatCount(row.calls),
  },
  {
    id: 'failures',
    label: 'Failures',
    unit: 'last minute',
    isNumeric: true,
    isSortable: true,
    render: row => <Failures target={row} />,
  },
  {
    id: 'latency',
    label: 'Latency',
    unit: 'ms to first byte',
    isNumeric: true,
    isSortable: true,
    render: row =>
      row.latencyMs === undefined
        ? NOTHING
        : formatCount(Math.round(row.latencyMs)),
  },
  {
    id: 'lastFailure',
    label: 'Last failure',
    render: ({ lastFailure }) =>
      lastFailure ? (
        <>
          <div>{CAUSES[lastFailure.cause]}</div>
          <div className={styles.second}>
            <RelativeDate at={lastFailure.at} isShort />
          </div>
        </>
      ) : (
        NOTHING
      ),
  },
];

/** The targets for comparing, those that need attention first. */
export function TargetsTable(props: { targets: readonly TargetRow[] }) {
  const [address, change] = useGatewayAddress();
  const sort: SortDescriptor = {
    column: address.sort,
    direction: address.order === 'ascending' ? 'ascending' : 'descending',
  };
  return (
    <DataTable
      label="Targets"
      columns={COLUMNS}
      rows={sortTargets(props.targets, sort)}
      sort={sort}
      onSort={({ column, direction }) =>
        change({ sort: String(column), order: direction })
      }
    />
  );
}

function Failures(props: { target: TargetRow }) {
  const { calls, failures } = props.target;
  return (
    <>
      <div>{formatCount(failures)}</div>
      <div className={styles.second}>
        {formatPercent(BigInt(failures), BigInt(calls))}
      </div>
    </>
  );
}
