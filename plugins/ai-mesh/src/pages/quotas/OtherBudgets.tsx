import { Budget } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useMemo } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Pages } from '../../components/Pages';
import { EmptyPanel } from '../../components/StatePanels';
import { actionColumn, AMOUNT_COLUMNS, BudgetActions } from './budgetColumns';
import { PAGE_SIZE, useQuotasAddress } from './quotas.hooks';
import { BudgetRow, kindOf, matching, sorted, toRow } from './quotas.utils';
import styles from './quotas.module.css';

const COLUMNS: DataColumn<BudgetRow>[] = [
  {
    id: 'title',
    label: 'Budget of',
    isRowHeader: true,
    isSortable: true,
    render: row => (
      <div className={styles.department}>
        {row.title}
        <span className={styles.type}>{kindOf(row)}</span>
      </div>
    ),
  },
  {
    id: 'model',
    label: 'Model',
    render: row => row.model ?? 'All',
  },
  ...AMOUNT_COLUMNS.map(column => ({
    ...column,
    isSortable: column.id === 'spent' || column.id === 'used',
  })),
];

/** Budgets of cost centres, applications, keys and single models: as the address narrows and orders them. */
export function OtherBudgets(props: {
  budgets: readonly Budget[];
  actions: BudgetActions;
}) {
  const { budgets, actions } = props;
  const [address, change] = useQuotasAddress();
  const { q, show, sort, order } = address;
  const rows = useMemo(() => {
    const shown = budgets.filter(each => !show || each.level === show);
    return sorted(matching(shown, q), { sort, order }).map(toRow);
  }, [budgets, q, show, sort, order]);
  const columns = useMemo(() => [...COLUMNS, actionColumn(actions)], [actions]);
  const offset = Math.min(Number(address.offset) || 0, rows.length);
  if (rows.length === 0) return <NoOtherBudgets hasAny={budgets.length > 0} />;
  return (
    <>
      <DataTable
        label="Budgets of cost centres, applications, keys and models"
        columns={columns}
        rows={rows.slice(offset, offset + PAGE_SIZE)}
        sort={{
          column: sort,
          direction: order === 'descending' ? 'descending' : 'ascending',
        }}
        onSort={({ column, direction }) =>
          change({ sort: String(column), order: direction, offset: '0' })
        }
      />
      {rows.length > PAGE_SIZE && (
        <Pages
          total={rows.length}
          pageSize={PAGE_SIZE}
          offset={offset}
          onChange={first => change({ offset: first })}
        />
      )}
    </>
  );
}

function NoOtherBudgets(props: { hasAny: boolean }) {
  return props.hasAny ? (
    <EmptyPanel
      title="No budget matches"
      description="Try another name or show all budgets."
    />
  ) : (
    <EmptyPanel
      title="No budgets beside those of departments"
      description="A cost centre, an application, a key or a single model may have a budget, too. Whoever may set budgets adds one with “Add budget”."
    />
  );
}
