import { Button, SearchField, Select, Text } from '@backstage/ui';
import { Budget } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { RiAddLine } from '@remixicon/react';
import { useMemo, useState } from 'react';
import { PageFrame, Panel } from '../../components/PageFrame';
import { EmptyPanel, Loadable } from '../../components/StatePanels';
import { AddBudgetDialog } from './AddBudgetDialog';
import { AlertsPanel } from './AlertsPanel';
import { BudgetActions } from './budgetColumns';
import { BudgetDialog, BudgetDraft } from './BudgetDialog';
import { OtherBudgets } from './OtherBudgets';
import { useBudgets, useQuotasAddress, useTopUps } from './quotas.hooks';
import { QuotasSummary } from './QuotasSummary';
import { QuotasTable } from './QuotasTable';
import {
  formatPeriod,
  isOfDepartment,
  nameOf,
  SHOWN,
  toTreeRows,
} from './quotas.utils';
import styles from './quotas.module.css';
import { TopUpDialog } from './TopUpDialog';
import { TopUpsPanel } from './TopUpsPanel';

/** Budgets side by side: spent, held, left and expected; top-ups and alerts; and where allowed, the way to change them. */
export function QuotasPage() {
  const budgets = useBudgets();
  const [isAdding, setAdding] = useState(false);
  const items =
    budgets.loaded.status === 'ready' ? budgets.loaded.data.items : [];
  return (
    <PageFrame
      title="Quotas"
      action={
        items.some(each => each.canUpdate) && (
          <Button
            variant="primary"
            iconStart={<RiAddLine />}
            onPress={() => setAdding(true)}
          >
            Add budget
          </Button>
        )
      }
    >
      <Loadable loaded={budgets.loaded} what="budgets" onRetry={budgets.reload}>
        {page => (
          <Budgets
            budgets={page.items}
            isAdding={isAdding}
            onAdded={() => setAdding(false)}
            onChanged={budgets.reload}
          />
        )}
      </Loadable>
    </PageFrame>
  );
}

/** The dialog that is open. */
type Open =
  | { dialog: 'budget'; budget: BudgetDraft }
  | { dialog: 'top-up'; budget: Budget };

function Budgets(props: {
  budgets: readonly Budget[];
  isAdding: boolean;
  onAdded: () => void;
  onChanged: () => void;
}) {
  const { budgets, onChanged } = props;
  const [open, setOpen] = useState<Open>();
  const [notice, setNotice] = useState('');
  const topUps = useTopUps();
  const actions = useMemo(
    (): BudgetActions => ({
      onSetBudget: budget => setOpen({ dialog: 'budget', budget }),
      onTopUp: budget => setOpen({ dialog: 'top-up', budget }),
    }),
    [],
  );
  if (budgets.length === 0) return <NoBudgets />;
  function done(text: string) {
    setNotice(text);
    setOpen(undefined);
    onChanged();
    topUps.reload();
  }
  return (
    <>
      <BudgetTables budgets={budgets} notice={notice} actions={actions} />
      <TopUpsPanel
        topUps={topUps}
        onDecided={(topUp, state) =>
          done(`The top-up of ${topUp.title} is ${state}.`)
        }
      />
      <AlertsPanel />
      {props.isAdding && (
        <AddBudgetDialog
          budgets={budgets}
          onClose={props.onAdded}
          onChosen={budget => {
            props.onAdded();
            setOpen({ dialog: 'budget', budget });
          }}
        />
      )}
      {open?.dialog === 'budget' && (
        <BudgetDialog
          budget={open.budget}
          onClose={() => setOpen(undefined)}
          onSaved={() => done(`The budget of ${nameOf(open.budget)} is saved.`)}
        />
      )}
      {open?.dialog === 'top-up' && (
        <TopUpDialog
          budget={open.budget}
          onClose={() => setOpen(undefined)}
          onRequested={() =>
            done(`The top-up of ${nameOf(open.budget)} is requested.`)
          }
        />
      )}
    </>
  );
}

function BudgetTables(props: {
  budgets: readonly Budget[];
  notice: string;
  actions: BudgetActions;
}) {
  const { budgets, actions } = props;
  const tree = useMemo(
    () => toTreeRows(budgets.filter(isOfDepartment)),
    [budgets],
  );
  const others = useMemo(
    () => budgets.filter(each => !isOfDepartment(each)),
    [budgets],
  );
  const [{ period, timeZone }] = budgets;
  return (
    <>
      {tree.length > 0 && <QuotasSummary sum={tree[tree.length - 1]} />}
      <Panel
        title={
          <>
            <Text as="h2" variant="body-medium" weight="bold">
              {`Budgets of ${formatPeriod(period)} (${timeZone})`}
            </Text>
            <Text role="status" color="secondary" variant="body-small">
              {props.notice}
            </Text>
          </>
        }
      >
        <QuotasTable rows={tree} actions={actions} />
      </Panel>
      <Panel title={<OtherBudgetsTitle />}>
        <OtherBudgets budgets={others} actions={actions} />
      </Panel>
    </>
  );
}

function OtherBudgetsTitle() {
  const [{ q, show }, change] = useQuotasAddress();
  return (
    <>
      <Text as="h2" variant="body-medium" weight="bold">
        Cost centres, applications, keys and models
      </Text>
      <div className={styles.filters}>
        <SearchField
          aria-label="Search budgets"
          size="small"
          placeholder="Search budgets"
          value={q}
          onChange={text => change({ q: text, offset: '0' })}
        />
        <Select
          aria-label="Show"
          size="small"
          options={Object.entries(SHOWN).map(([id, label]) => ({ id, label }))}
          value={show || 'all'}
          onChange={chosen =>
            change({
              show: chosen === 'all' ? '' : String(chosen),
              offset: '0',
            })
          }
        />
      </div>
    </>
  );
}

function NoBudgets() {
  return (
    <Panel>
      <EmptyPanel
        title="No department whose budget you may see"
        description="Budgets show to the members and managers of a department. Ask a platform engineer if one is missing."
      />
    </Panel>
  );
}
