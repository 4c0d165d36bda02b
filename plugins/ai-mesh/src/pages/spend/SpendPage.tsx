import { Badge } from '@backstage/ui';
import { PageFrame } from '../../components/PageFrame';
import { EmptyPanel, Loadable } from '../../components/StatePanels';
import { useDepartments, useSpend } from './spend.hooks';
import { SpendControls } from './SpendControls';
import { SpendReportView } from './SpendReportView';

/** What was spent, on what, by whom; keeps itself up to date. */
export function SpendPage() {
  const departments = useDepartments();
  const { loaded, reload } = useSpend();
  const containsDemoData =
    loaded.status === 'ready' && loaded.data.report.containsDemoData;
  return (
    <PageFrame
      title="Spend"
      controls={
        departments.loaded.status === 'ready' && (
          <SpendControls departments={departments.loaded.data.items} />
        )
      }
      action={containsDemoData && <Badge>Demo data</Badge>}
    >
      <Loadable
        loaded={departments.loaded}
        what="departments"
        onRetry={departments.reload}
      >
        {({ items }) =>
          items.length === 0 ? (
            <EmptyPanel
              title="No department whose spend you may see"
              description="Spend shows to the members and managers of a department. Ask a platform engineer if one is missing."
            />
          ) : (
            <Loadable loaded={loaded} what="spend" onRetry={reload}>
              {(spend, { isStale }) => (
                <SpendReportView spend={spend} isStale={isStale} />
              )}
            </Loadable>
          )
        }
      </Loadable>
    </PageFrame>
  );
}
