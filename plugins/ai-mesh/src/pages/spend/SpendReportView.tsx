import { Text } from '@backstage/ui';
import { lazy, Suspense, useMemo } from 'react';
import { Panel } from '../../components/PageFrame';
import { EmptyPanel, LoadingPanel } from '../../components/StatePanels';
import { ViewSwitch } from '../../components/ViewSwitch';
import { Spend, useLabels, useSpendAddress } from './spend.hooks';
import { GROUP_LABELS, toSeries } from './spend.utils';
import { SpendLegend } from './SpendLegend';
import { SpendRows } from './SpendRows';
import { SpendSeriesTable } from './SpendSeriesTable';
import { SpendTotals } from './SpendTotals';

// The chart library is larger than the rest of the page.
const SpendChart = lazy(() =>
  import('./SpendChart').then(m => ({ default: m.SpendChart })),
);

/** Totals, the course of time as chart or table, and the rows. */
export function SpendReportView(props: { spend: Spend; isStale: boolean }) {
  const { spend, isStale } = props;
  const { report, window, by } = spend;
  const labelOf = useLabels(spend);
  const series = useMemo(
    () => toSeries(report, window, labelOf),
    [report, window, labelOf],
  );
  const [{ view }, change] = useSpendAddress();
  // machines cost without a call
  const { requests, costPicoUsd } = report.total;
  if (requests === 0n && costPicoUsd === 0n) {
    return (
      <>
        <SpendTotals total={report.total} />
        <Panel>
          <EmptyPanel
            title="Nothing was spent in this time"
            description="A call shows here within two seconds of its answer. Choose a longer time, another department, or make a first call with a key."
          />
        </Panel>
      </>
    );
  }
  return (
    <>
      <SpendTotals total={report.total} />
      <Panel
        title={
          <>
            <Text as="h2" variant="body-medium" weight="bold">
              {`Cost per ${window.interval}, by ${GROUP_LABELS[
                by
              ].toLowerCase()}`}
            </Text>
            <ViewSwitch view={view} onChange={next => change({ view: next })} />
          </>
        }
      >
        {view === 'table' ? (
          <SpendSeriesTable series={series} interval={window.interval} />
        ) : (
          <>
            <Suspense fallback={<LoadingPanel what="chart" />}>
              <SpendChart series={series} interval={window.interval} />
            </Suspense>
            <SpendLegend groups={series.groups} />
          </>
        )}
      </Panel>
      <Panel>
        <SpendRows report={report} by={by} isStale={isStale} />
      </Panel>
    </>
  );
}
