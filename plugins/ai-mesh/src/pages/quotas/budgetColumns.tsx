import { Button } from '@backstage/ui';
import { Budget, formatUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DataColumn } from '../../components/DataTable';
import { HelpTip } from '../../components/HelpTip';
import { Money } from '../../components/Money';
import { StatusBadge } from '../../components/StatusBadge';
import { UsageBar } from '../../components/UsageBar';
import { NOTHING } from '../../utils/format';
import {
  BudgetRow,
  formatDay,
  formatRough,
  nameOf,
  statusOf,
} from './quotas.utils';
import styles from './quotas.module.css';

/** What can be done with a budget from its row. */
export interface BudgetActions {
  onSetBudget: (budget: Budget) => void;
  onTopUp: (budget: Budget) => void;
}

/** What every table of budgets says of them. */
export const AMOUNT_COLUMNS: DataColumn<BudgetRow>[] = [
  {
    id: 'limit',
    label: 'Budget',
    isNumeric: true,
    render: row =>
      row.limitPicoUsd === undefined ? (
        'No limit'
      ) : (
        <>
          <Money amount={row.limitPicoUsd} />
          <LimitNote budget={row.budget} />
        </>
      ),
  },
  {
    id: 'spent',
    label: 'Spent',
    isNumeric: true,
    render: row => <Money amount={row.spentPicoUsd} />,
  },
  {
    id: 'leased',
    label: 'Held',
    help: (
      <HelpTip
        label="What held by gateways means"
        text="Granted to gateways in advance, so that calls need not wait for the ledger. What they do not spend comes back within minutes."
      />
    ),
    isNumeric: true,
    render: row => <Money amount={row.leasedPicoUsd} />,
  },
  {
    id: 'left',
    label: 'Left',
    isNumeric: true,
    render: row => <Money amount={row.leftPicoUsd} />,
  },
  {
    id: 'used',
    label: 'Used',
    help: (
      <HelpTip
        label="What the marks mean"
        text="Each mark is a threshold, at which people are told or calls are slowed down."
      />
    ),
    render: row =>
      row.limitPicoUsd === undefined ? (
        NOTHING
      ) : (
        <UsageBar
          label={`Used budget of ${nameOf(row)}`}
          used={row.spentPicoUsd}
          limit={row.limitPicoUsd}
          tone={statusOf(row).tone}
          marks={marksOf(row.budget)}
        />
      ),
  },
  {
    id: 'projected',
    label: 'Month end',
    help: (
      <HelpTip
        label="How the month’s end is estimated"
        text="What is spent so far, and for every hour that is left the mean of the same hour of the week in the last four weeks. An estimate."
      />
    ),
    isNumeric: true,
    render: row => row.budget && <Projection budget={row.budget} />,
  },
  {
    id: 'status',
    label: 'Status',
    render: row => <StatusBadge {...statusOf(row)} />,
  },
];

/** The actions that the user may take; none on the sum. */
export function actionColumn(actions: BudgetActions): DataColumn<BudgetRow> {
  return {
    id: 'actions',
    label: 'Actions',
    isNumeric: true,
    render: ({ budget }) =>
      budget && (
        <div className={styles.actions}>
          {budget.limitPicoUsd !== undefined && (
            <Button
              size="small"
              variant="tertiary"
              aria-label={`Request top-up of ${nameOf(budget)}`}
              onPress={() => actions.onTopUp(budget)}
            >
              Top up
            </Button>
          )}
          {budget.canUpdate && (
            <Button
              size="small"
              variant="tertiary"
              aria-label={`Set budget of ${nameOf(budget)}`}
              onPress={() => actions.onSetBudget(budget)}
            >
              Set budget
            </Button>
          )}
        </div>
      ),
  };
}

function LimitNote(props: { budget: Budget | undefined }) {
  const { budget } = props;
  if (!budget) return null;
  const { carriedPicoUsd: carried, topUpPicoUsd: topUp } = budget;
  const parts = [
    budget.kind === 'soft' && 'soft',
    carried > 0n && `${formatUsd(carried)} carried over`,
    topUp > 0n && `${formatUsd(topUp)} topped up`,
  ].filter(Boolean);
  return parts.length === 0 ? null : (
    <span className={styles.note}>{parts.join(', ')}</span>
  );
}

function Projection(props: { budget: Budget }) {
  const { projectedPicoUsd, exhaustedAt, timeZone } = props.budget;
  if (projectedPicoUsd === undefined) return <>{NOTHING}</>;
  return (
    <>
      {formatRough(projectedPicoUsd)}
      {exhaustedAt && (
        <span className={styles.note}>
          {`used up about ${formatDay(exhaustedAt, timeZone)}`}
        </span>
      )}
    </>
  );
}

/** Thresholds that can be drawn: at a part of the budget. */
function marksOf(budget: Budget | undefined): number[] {
  const percents = budget?.rules.flatMap(({ at }) =>
    typeof at === 'number' && at < 100 ? [at] : [],
  );
  return [...new Set(percents)];
}
