import { Repricing } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DateTime } from 'luxon';
import { DataColumn, DataTable } from '../../components/DataTable';
import { RelativeDate } from '../../components/RelativeDate';
import { StatusBadge } from '../../components/StatusBadge';
import { formatCount } from '../../utils/format';
import { Section } from './Section';
import styles from './books.module.css';

const COLUMNS: DataColumn<Repricing>[] = [
  {
    id: 'price',
    label: 'Price',
    isRowHeader: true,
    render: row => (
      <>
        {row.priceKey}
        <div className={styles.second}>
          {[row.region || 'everywhere', row.serviceTier].join(', ')}
        </div>
      </>
    ),
  },
  {
    id: 'time',
    label: 'Usage of',
    render: row => `${formatTime(row.from)} – ${formatTime(row.to)}`,
  },
  {
    id: 'restated',
    label: 'Lines restated',
    isNumeric: true,
    render: row => formatCount(row.restated),
  },
  {
    id: 'state',
    label: 'State',
    render: row =>
      row.finishedAt === undefined ? (
        <StatusBadge tone="warning" text="In progress" />
      ) : (
        <>
          <StatusBadge tone="positive" text="Done" />{' '}
          <RelativeDate at={row.finishedAt} isShort />
        </>
      ),
  },
];

/** Corrections after prices that reach back, in progress or done. */
export function RepricingsTable(props: { repricings: readonly Repricing[] }) {
  return (
    <Section
      title="Restated prices"
      isEmpty={props.repricings.length === 0}
      empty="No price reached back: nothing had to be restated."
    >
      <DataTable
        label="Restated prices"
        columns={COLUMNS}
        rows={props.repricings}
      />
    </Section>
  );
}

function formatTime(at: string): string {
  return DateTime.fromISO(at).toLocaleString(DateTime.DATETIME_MED);
}
