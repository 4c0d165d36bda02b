import { Text } from '@backstage/ui';
import { BudgetAlert } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useMemo } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Money } from '../../components/Money';
import { Panel } from '../../components/PageFrame';
import { Pages } from '../../components/Pages';
import { RelativeDate } from '../../components/RelativeDate';
import { EmptyPanel, Loadable } from '../../components/StatePanels';
import { nameOfRef } from '../../utils/entityNames';
import { NOTHING } from '../../utils/format';
import { PAGE_SIZE, useAlerts, useQuotasAddress } from './quotas.hooks';
import { actionOf, thresholdOf } from './quotas.utils';

type AlertRow = BudgetAlert & { id: string };

const COLUMNS: DataColumn<AlertRow>[] = [
  {
    id: 'title',
    label: 'Budget of',
    isRowHeader: true,
    render: alert => {
      const [, model] = alert.budgetId.split('#');
      return model === undefined ? alert.title : `${alert.title}, ${model}`;
    },
  },
  {
    id: 'threshold',
    label: 'Threshold',
    render: alert => thresholdOf(alert.rule),
  },
  { id: 'action', label: 'Action', render: alert => actionOf(alert.rule) },
  {
    id: 'spent',
    label: 'Spent',
    isNumeric: true,
    render: alert => <Money amount={alert.spentPicoUsd} />,
  },
  {
    id: 'limit',
    label: 'Budget',
    isNumeric: true,
    render: alert => <Money amount={alert.limitPicoUsd} />,
  },
  {
    id: 'told',
    label: 'Told',
    render: alert => alert.toldRefs.map(nameOfRef).join(', ') || NOTHING,
  },
  {
    id: 'at',
    label: 'When',
    render: alert => <RelativeDate at={alert.at} />,
  },
];

/** The thresholds that were passed, the latest first. */
export function AlertsPanel() {
  const { loaded, reload } = useAlerts();
  return (
    <Panel
      title={
        <Text as="h2" variant="body-medium" weight="bold">
          Alerts
        </Text>
      }
    >
      <Loadable loaded={loaded} what="alerts" onRetry={reload}>
        {({ items, total }, { isStale }) => (
          <AlertList alerts={items} total={total} isStale={isStale} />
        )}
      </Loadable>
    </Panel>
  );
}

function AlertList(props: {
  alerts: readonly BudgetAlert[];
  total: number;
  isStale: boolean;
}) {
  const { alerts, total } = props;
  const [address, change] = useQuotasAddress();
  const offset = Number(address.alertsOffset) || 0;
  const rows = useMemo(
    () =>
      alerts.map(alert => ({
        ...alert,
        id: [
          alert.budgetId,
          alert.period,
          alert.rule.at,
          alert.rule.then.action,
        ].join(' '),
      })),
    [alerts],
  );
  if (rows.length === 0) {
    return (
      <EmptyPanel
        title="No alerts"
        description="When a budget passes one of its thresholds, it shows here, once a month for each."
      />
    );
  }
  return (
    <>
      <DataTable
        label="Alerts"
        columns={COLUMNS}
        rows={rows}
        isStale={props.isStale}
      />
      {total > PAGE_SIZE && (
        <Pages
          total={total}
          pageSize={PAGE_SIZE}
          offset={offset}
          onChange={alertsOffset => change({ alertsOffset })}
        />
      )}
    </>
  );
}
