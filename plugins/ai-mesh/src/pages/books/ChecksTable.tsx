import { LedgerCheck } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DataColumn, DataTable } from '../../components/DataTable';
import { RelativeDate } from '../../components/RelativeDate';
import { StatusBadge } from '../../components/StatusBadge';
import { formatCount } from '../../utils/format';
import { Section } from './Section';
import styles from './books.module.css';

type Row = LedgerCheck & { id: string };

const COLUMNS: DataColumn<Row>[] = [
  {
    id: 'at',
    label: 'Night',
    isRowHeader: true,
    render: row => <RelativeDate at={row.startedAt} />,
  },
  {
    id: 'days',
    label: 'Days compared',
    render: row => (
      <>
        {formatCount(row.days)}
        <div className={styles.second}>{`${row.fromDay} to ${row.toDay}`}</div>
      </>
    ),
  },
  {
    id: 'outcome',
    label: 'Outcome',
    render: row =>
      row.differenceCount === 0 ? (
        <StatusBadge tone="positive" text="Agrees" />
      ) : (
        <StatusBadge
          tone="negative"
          text={`${formatCount(row.differenceCount)} differ`}
        />
      ),
  },
  {
    id: 'differences',
    label: 'First differences',
    render: row => (
      <div className={styles.text}>
        {row.differences.slice(0, 3).map(each => (
          <div key={`${each.what} ${each.when} ${each.about} ${each.amount}`}>
            {`${each.what}, ${each.when}, ${each.about}: ${each.amount} is ${each.kept}, the lines say ${each.ofLines}`}
          </div>
        ))}
      </div>
    ),
  },
];

/** The last nightly checks: sums worked out anew from the lines, and compared. */
export function ChecksTable(props: { checks: readonly LedgerCheck[] }) {
  return (
    <Section
      title="Nightly checks"
      isEmpty={props.checks.length === 0}
      empty="The first check runs tonight: it works out every sum of the open months anew, and compares to the pico-dollar."
    >
      <DataTable
        label="Nightly checks"
        columns={COLUMNS}
        rows={props.checks.map(each => ({ ...each, id: each.startedAt }))}
      />
    </Section>
  );
}
