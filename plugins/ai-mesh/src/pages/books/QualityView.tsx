import { Text } from '@backstage/ui';
import {
  BookMonthList,
  DataQuality,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Money } from '../../components/Money';
import { Stat, StatRow } from '../../components/Stat';
import { Loadable } from '../../components/StatePanels';
import { formatCount, formatPercent } from '../../utils/format';
import { useBooksAddress, useQuality } from './books.hooks';
import { explainSuspense } from './books.utils';
import { ChecksTable } from './ChecksTable';
import { FlagsPanel } from './FlagsPanel';
import { InvoiceSummary } from './InvoiceSummary';
import { QuarantinePanel } from './QuarantinePanel';
import { RepricingsTable } from './RepricingsTable';
import { Section } from './Section';
import styles from './books.module.css';

type SuspenseRow = DataQuality['suspense'][number] & { id: string };

const SUSPENSE_COLUMNS: DataColumn<SuspenseRow>[] = [
  {
    id: 'reason',
    label: 'Account',
    isRowHeader: true,
    render: row => explainSuspense(row.reason).title,
  },
  {
    id: 'meaning',
    label: 'What it means, and what to do',
    render: row => {
      const { meaning, action } = explainSuspense(row.reason);
      return (
        <div className={styles.text}>
          {meaning}
          <div className={styles.second}>{action}</div>
        </div>
      );
    },
  },
  {
    id: 'cost',
    label: 'Cost',
    isNumeric: true,
    render: row => <Money amount={row.costPicoUsd} />,
  },
];

/** Whatever could not be booked as it should, with what it means and what to do. */
export function QualityView(props: { list: BookMonthList }) {
  const { items, canClose } = props.list;
  const [address] = useBooksAddress();
  const month = address.month || items[0].month;
  const { loaded, reload } = useQuality(month);
  return (
    <Loadable loaded={loaded} what="the data quality" onRetry={reload}>
      {quality => (
        <>
          <Summary quality={quality} />
          <QuarantinePanel
            month={month}
            canDecide={canClose}
            onDecided={reload}
          />
          <Section
            title="Suspense accounts"
            isEmpty={quality.suspense.length === 0}
            empty="No cost stands in suspense: every department, price and key of the month is known."
          >
            <DataTable
              label="Suspense accounts"
              columns={SUSPENSE_COLUMNS}
              rows={quality.suspense.map(each => ({
                ...each,
                id: each.reason,
              }))}
            />
          </Section>
          <FlagsPanel month={month} flags={quality.flags} />
          <Section
            title="Models without a price"
            isEmpty={quality.unpricedModels.length === 0}
            empty="Every model of the catalog has a price."
          >
            <Text as="p">
              {`${quality.unpricedModels.join(
                ', ',
              )}. They are not served, because nobody could say what a call costs. Add a price on the tab Prices, or name one that is known in the catalog.`}
            </Text>
          </Section>
          <InvoiceSummary month={month} invoices={quality.invoices} />
          <ChecksTable checks={quality.checks} />
          <RepricingsTable repricings={quality.repricings} />
        </>
      )}
    </Loadable>
  );
}

function Summary(props: { quality: DataQuality }) {
  const { quarantine, suspense, flags, costPicoUsd, estimatedPicoUsd } =
    props.quality;
  const inSuspense = suspense.reduce((sum, each) => sum + each.costPicoUsd, 0n);
  const oddLines = flags.reduce((sum, each) => sum + each.lines, 0);
  return (
    <StatRow>
      <Stat
        label="Could not be booked"
        note={`${formatCount(quarantine.dismissed)} dismissed, ${formatCount(
          quarantine.booked,
        )} booked since`}
      >
        {formatCount(quarantine.open)}
      </Stat>
      <Stat
        label="In suspense"
        note={`${formatPercent(inSuspense, costPicoUsd)} of the cost`}
      >
        <Money amount={picoUsd(inSuspense)} />
      </Stat>
      <Stat label="Estimated" note="of the cost; not reported, or not measured">
        {formatPercent(estimatedPicoUsd, costPicoUsd)}
      </Stat>
      <Stat label="Odd lines" note="one line may be odd in two ways">
        {formatCount(oddLines)}
      </Stat>
    </StatRow>
  );
}
