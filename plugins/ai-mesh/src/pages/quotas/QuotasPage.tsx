import { useApi } from '@backstage/core-plugin-api';
import { Text } from '@backstage/ui';
import { Budget } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DateTime } from 'luxon';
import { useCallback, useMemo, useState } from 'react';
import { meshApiRef } from '../../api';
import { PageFrame, Panel } from '../../components/PageFrame';
import { EmptyPanel, Loadable } from '../../components/StatePanels';
import { useRefreshing } from '../../components/useRefreshing';
import { QuotasSummary } from './QuotasSummary';
import { QuotasTable } from './QuotasTable';
import { SetBudgetDialog } from './SetBudgetDialog';
import { toRows } from './quotas.utils';

const REFRESH_MS = 5_000;

/** Budgets side by side: spent, held, left; and where allowed, the way to change one. */
export function QuotasPage() {
  const api = useApi(meshApiRef);
  const load = useCallback(
    (signal: AbortSignal) => api.listBudgets({ signal }),
    [api],
  );
  const { loaded, reload } = useRefreshing(load, { everyMs: REFRESH_MS });
  return (
    <PageFrame title="Quotas">
      <Loadable loaded={loaded} what="budgets" onRetry={reload}>
        {({ items }) => <Budgets budgets={items} onChanged={reload} />}
      </Loadable>
    </PageFrame>
  );
}

function Budgets(props: { budgets: readonly Budget[]; onChanged: () => void }) {
  const { budgets, onChanged } = props;
  const [toSet, setToSet] = useState<Budget>();
  const [notice, setNotice] = useState('');
  const rows = useMemo(() => toRows(budgets), [budgets]);
  if (rows.length === 0) {
    return (
      <Panel>
        <EmptyPanel
          title="No department whose budget you may see"
          description="Budgets show to the members and managers of a department. Ask a platform engineer if one is missing."
        />
      </Panel>
    );
  }
  const sum = rows[rows.length - 1];
  return (
    <>
      <QuotasSummary sum={sum} />
      <Panel
        title={
          <>
            <Text as="h2" variant="body-medium" weight="bold">
              {`Budgets of ${formatPeriod(sum.period)} (UTC)`}
            </Text>
            <Text role="status" color="secondary" variant="body-small">
              {notice}
            </Text>
          </>
        }
      >
        <QuotasTable rows={rows} onSetBudget={setToSet} />
      </Panel>
      {toSet && (
        <SetBudgetDialog
          budget={toSet}
          onClose={() => setToSet(undefined)}
          onSaved={() => {
            setNotice(`The budget of ${toSet.title} is saved.`);
            setToSet(undefined);
            onChanged();
          }}
        />
      )}
    </>
  );
}

function formatPeriod(period: string): string {
  return DateTime.fromFormat(period, 'yyyy-MM').toLocaleString({
    month: 'long',
    year: 'numeric',
  });
}
