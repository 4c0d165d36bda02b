import { useMemo } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { actionColumn, AMOUNT_COLUMNS, BudgetActions } from './budgetColumns';
import { BudgetRow, kindOf } from './quotas.utils';
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
        <span className={styles.type}>{kindOf(row)}</span>
      </div>
    ),
  },
  ...AMOUNT_COLUMNS,
];

/** The tree of departments with their budgets, closed by their sum. */
export function QuotasTable(props: {
  rows: readonly BudgetRow[];
  actions: BudgetActions;
}) {
  const { rows, actions } = props;
  const canAct = rows.some(
    ({ budget }) => budget?.canUpdate || budget?.limitPicoUsd !== undefined,
  );
  const columns = useMemo(
    () => (canAct ? [...COLUMNS, actionColumn(actions)] : COLUMNS),
    [canAct, actions],
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
