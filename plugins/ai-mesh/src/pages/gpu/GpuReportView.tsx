import { Text } from '@backstage/ui';
import { lazy, ReactNode, Suspense, useMemo } from 'react';
import { Panel } from '../../components/PageFrame';
import { EmptyPanel, LoadingPanel } from '../../components/StatePanels';
import { ViewSwitch } from '../../components/ViewSwitch';
import { SpendLegend } from '../spend/SpendLegend';
import { SpendSeriesTable } from '../spend/SpendSeriesTable';
import { GpuCosts, useGpuAddress } from './gpu.hooks';
import { toLedgerSeries } from './gpu.utils';
import { GpuRows } from './GpuRows';
import { GpuTotals } from './GpuTotals';
import { SpotTable } from './SpotTable';
import { WaitingTable } from './WaitingTable';

// The chart library is larger than the rest of the page.
const SpendChart = lazy(() =>
  import('../spend/SpendChart').then(m => ({ default: m.SpendChart })),
);

/** Totals, the three ledgers by day as chart or table, the rows, spot, and what waits for a price. */
export function GpuReportView(props: { costs: GpuCosts; isStale: boolean }) {
  const { costs, isStale } = props;
  const { report, by } = costs;
  const waiting = report.waiting.length > 0 && (
    <Panel title={<PanelTitle>Waiting for a price</PanelTitle>}>
      <WaitingTable rows={report.waiting} />
      <Text as="p" color="secondary" variant="body-small">
        These machine-hours are kept and in none of the numbers above. They are
        booked within minutes of a price for them in the price book: azure-vm/
        and the VM size, for spot with /spot behind it.
      </Text>
    </Panel>
  );
  if (report.rowCount === 0) {
    return (
      <>
        <Panel>
          <NoUsage seesMachines={report.seesMachines} />
        </Panel>
        {waiting}
      </>
    );
  }
  return (
    <>
      <GpuTotals report={report} />
      <LedgersPanel costs={costs} />
      <Panel>
        <GpuRows report={report} by={by} isStale={isStale} />
      </Panel>
      {report.spot.length > 0 && (
        <Panel title={<PanelTitle>Spot against on-demand</PanelTitle>}>
          <SpotTable rows={report.spot} />
        </Panel>
      )}
      {waiting}
    </>
  );
}

function LedgersPanel(props: { costs: GpuCosts }) {
  const { report, window } = props.costs;
  const series = useMemo(
    () => toLedgerSeries(report, window),
    [report, window],
  );
  const [{ view }, change] = useGpuAddress();
  return (
    <Panel
      title={
        <>
          <PanelTitle>Cost per day: used, idle, unallocated</PanelTitle>
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
  );
}

function PanelTitle(props: { children: ReactNode }) {
  return (
    <Text as="h2" variant="body-medium" weight="bold">
      {props.children}
    </Text>
  );
}

function NoUsage(props: { seesMachines: boolean }) {
  return props.seesMachines ? (
    <EmptyPanel
      title="No GPU usage was recorded in this time"
      description="A fleet reports each machine once an hour: what it was, who had its GPUs, how busy they were. Send such records to POST /api/ai-mesh/v1/gpu/usage, or choose a longer time. The demo comes with three weeks of recorded usage."
    />
  ) : (
    <EmptyPanel
      title="Your departments had no GPUs in this time"
      description="What a department has of a GPU machine shows here within minutes of its record. Choose a longer time or another department. Platform engineers see whole machines; the demo comes with three weeks of recorded usage."
    />
  );
}
