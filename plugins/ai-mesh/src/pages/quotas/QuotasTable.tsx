import { Button } from '@backstage/ui';
import { Budget } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useMemo } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { HelpTip } from '../../components/HelpTip';
import { Money } from '../../components/Money';
import { StatusBadge } from '../../components/StatusBadge';
import { UsageBar } from '../../components/UsageBar';
import { NOTHING } from '../../utils/format';
import { BudgetRow, statusOf } from './quotas.utils';
import styles from './quotas.module.css';

const COLUMNS: DataColumn<BudgetRow>[] = [
  {
    id: 'title',
    label: 'Department',
    isRowHeader: true,
    render: row => (
      <div
        className={styles.department}
        style={{ paddingInlineStart: `${row.depth * 20}px` }}
      >
        {row.title}
        <span className={styles.type}>{row.type}</span>
      </div>
    ),
  },
  {
    id: 'costCentre',
    label: 'Cost centre',
    render: row => (isSum(row) ? '' : row.costCentre ?? NOTHING),
  },
  {
    id: 'limit',
    label: 'Budget',
    isNumeric: true,
    render: row =>
      row.limitPicoUsd === undefined ? (
        'No limit'
      ) : (
        <Money amount={row.limitPicoUsd} />
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
    label: 'Held by gateways',
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
    render: row =>
      row.limitPicoUsd === undefined ? (
        NOTHING
      ) : (
        <UsageBar
          label={`Used budget of ${row.title}`}
          used={row.spentPicoUsd}
          limit={row.limitPicoUsd}
          tone={statusOf(row).tone}
        />
      ),
  },
  {
    id: 'status',
    label: 'Status',
    render: row => <StatusBadge {...statusOf(row)} />,
  },
];

/** The tree of departments with their budgets, closed by their sum. */
export function QuotasTable(props: {
  rows: readonly BudgetRow[];
  onSetBudget: (budget: Budget) => void;
}) {
  const { rows, onSetBudget } = props;
  const canUpdateAny = rows.some(row => row.budget?.canUpdate);
  const columns = useMemo(
    () => (canUpdateAny ? [...COLUMNS, actionColumn(onSetBudget)] : COLUMNS),
    [canUpdateAny, onSetBudget],
  );
  return (
    <DataTable
      label="Budgets by department"
      columns={columns}
      rows={rows}
      isSum={isSum}
    />
  );
}

function isSum(row: BudgetRow) {
  return row.budget === undefined;
}

function actionColumn(
  onSetBudget: (budget: Budget) => void,
): DataColumn<BudgetRow> {
  return {
    id: 'actions',
    label: 'Actions',
    isNumeric: true,
    render: ({ budget }) =>
      budget?.canUpdate && (
        <Button
          size="small"
          variant="tertiary"
          aria-label={`Set budget of ${budget.title}`}
          onPress={() => onSetBudget(budget)}
        >
          Set budget
        </Button>
      ),
  };
}
