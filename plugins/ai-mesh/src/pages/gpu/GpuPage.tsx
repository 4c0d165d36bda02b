import { Badge } from '@backstage/ui';
import { PageFrame } from '../../components/PageFrame';
import { Loadable } from '../../components/StatePanels';
import { useDepartments } from '../spend/spend.hooks';
import { useGpuCosts } from './gpu.hooks';
import { GpuControls } from './GpuControls';
import { GpuReportView } from './GpuReportView';

/** What GPU machines cost, and how much of it was used, lay idle, or was given to nobody. */
export function GpuPage() {
  const departments = useDepartments();
  const { loaded, reload } = useGpuCosts();
  const report = loaded.status === 'ready' ? loaded.data.report : undefined;
  return (
    <PageFrame
      title="GPU cost"
      controls={
        departments.loaded.status === 'ready' && (
          <GpuControls
            departments={departments.loaded.data.items}
            pools={report?.pools ?? []}
          />
        )
      }
      action={report?.containsDemoData && <Badge>Demo data</Badge>}
    >
      <Loadable loaded={loaded} what="GPU cost" onRetry={reload}>
        {(costs, { isStale }) => (
          <GpuReportView costs={costs} isStale={isStale} />
        )}
      </Loadable>
    </PageFrame>
  );
}
