import { Text } from '@backstage/ui';
import {
  DataQuality,
  FlaggedLine,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useCallback } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Money } from '../../components/Money';
import { Panel } from '../../components/PageFrame';
import { RelativeDate } from '../../components/RelativeDate';
import { Loadable } from '../../components/StatePanels';
import { nameOfRef } from '../../utils/entityNames';
import { formatCount, NOTHING } from '../../utils/format';
import { LISTED_FLAGS, useBooksAddress, useFlaggedLines } from './books.hooks';
import { FLAGS } from './books.utils';
import { Pages } from './Pages';
import { Section } from './Section';
import styles from './books.module.css';

type FlagRow = DataQuality['flags'][number] & { id: string };
type LineRow = FlaggedLine & { id: string };
type ListedFlag = (typeof LISTED_FLAGS)[number];

const FLAG_COLUMNS: DataColumn<FlagRow>[] = [
  {
    id: 'flag',
    label: 'What is odd',
    isRowHeader: true,
    render: row => FLAGS[row.flag].title,
  },
  {
    id: 'meaning',
    label: 'What it means, and what to do',
    render: row => (
      <div className={styles.text}>
        {FLAGS[row.flag].meaning}
        <div className={styles.second}>{FLAGS[row.flag].action}</div>
      </div>
    ),
  },
  {
    id: 'lines',
    label: 'Lines',
    isNumeric: true,
    render: row => formatCount(row.lines),
  },
  {
    id: 'cost',
    label: 'Cost',
    isNumeric: true,
    render: row => <Money amount={row.costPicoUsd} />,
  },
];

const LINE_COLUMNS: DataColumn<LineRow>[] = [
  {
    id: 'occurredAt',
    label: 'Happened',
    render: row => <RelativeDate at={row.occurredAt} />,
  },
  {
    id: 'request',
    label: 'Request',
    isRowHeader: true,
    render: row => (
      <>
        {row.requestId}
        <div className={styles.second}>
          {`attempt ${row.attempt}, revision ${row.revision}`}
        </div>
      </>
    ),
  },
  {
    id: 'department',
    label: 'Department',
    render: row =>
      row.departmentRef ? (
        <span title={row.departmentRef}>{nameOfRef(row.departmentRef)}</span>
      ) : (
        NOTHING
      ),
  },
  {
    id: 'model',
    label: 'Model',
    unit: 'class',
    render: row => (
      <>
        {row.model}
        <div className={styles.second}>{row.chargeClass}</div>
      </>
    ),
  },
  {
    id: 'accounts',
    label: 'Booked on',
    render: row => (
      <span title={`${row.debit}, from ${row.credit}`}>{row.debit}</span>
    ),
  },
  { id: 'replica', label: 'From', render: row => row.replicaId ?? NOTHING },
  {
    id: 'cost',
    label: 'Cost',
    isNumeric: true,
    render: row => <Money amount={row.costPicoUsd} />,
  },
];

/** What was odd about the month's lines, and the lines of one oddity. */
export function FlagsPanel(props: {
  month: string;
  flags: DataQuality['flags'];
}) {
  const { month, flags } = props;
  const [address, change] = useBooksAddress();
  const open = useCallback(
    (row: FlagRow) => change({ flag: row.id, lines: '0' }),
    [change],
  );
  const flag = LISTED_FLAGS.find(each => each === address.flag);
  return (
    <>
      <Section
        title="Odd lines"
        isEmpty={flags.length === 0}
        empty="No line of the month is odd."
      >
        <DataTable
          label="Odd lines"
          columns={FLAG_COLUMNS}
          rows={flags.map(each => ({ ...each, id: each.flag }))}
          onOpen={open}
        />
      </Section>
      {flag && <FlaggedLines month={month} flag={flag} />}
    </>
  );
}

function FlaggedLines(props: { month: string; flag: ListedFlag }) {
  const { month, flag } = props;
  const { loaded, reload } = useFlaggedLines(month, flag);
  const { title } = FLAGS[flag];
  return (
    <Panel
      title={
        <Text as="h2" variant="body-medium" weight="bold">
          {`Lines: ${title}`}
        </Text>
      }
    >
      <Loadable loaded={loaded} what="lines" onRetry={reload}>
        {({ items, total }, { isStale }) => (
          <>
            <DataTable
              label={`Lines: ${title}`}
              columns={LINE_COLUMNS}
              rows={items.map(each => ({
                ...each,
                id: `${each.requestId} ${each.attempt} ${each.lineNo} ${each.revision}`,
              }))}
              isStale={isStale}
            />
            <Pages total={total} name="lines" />
          </>
        )}
      </Loadable>
    </Panel>
  );
}
