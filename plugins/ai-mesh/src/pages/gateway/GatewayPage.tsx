import { Select, Text } from '@backstage/ui';
import { ReplicaList } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useMemo } from 'react';
import { PageFrame, Panel } from '../../components/PageFrame';
import { EmptyPanel, Loadable } from '../../components/StatePanels';
import { useGatewayAddress, useReplicas } from './gateway.hooks';
import { NoGateway } from './NoGateway';
import { replicaRowsOf, summaryOf } from './replicas';
import { ReplicasTable } from './ReplicasTable';
import { RoutingProblems } from './RoutingProblems';
import { targetsOf } from './targets';
import { TargetsTable } from './TargetsTable';

/** How the gateway does: its targets as all replicas see them, then the replicas one by one. */
export function GatewayPage() {
  const { loaded, reload } = useReplicas();
  const isRunning = loaded.status === 'ready' && loaded.data.items.length > 0;
  return (
    <PageFrame
      title="Gateway"
      controls={isRunning && <ModelFilter list={loaded.data} />}
    >
      <Loadable loaded={loaded} what="gateway health" onRetry={reload}>
        {list => <GatewayHealth list={list} />}
      </Loadable>
    </PageFrame>
  );
}

function GatewayHealth(props: { list: ReplicaList }) {
  const { items, routingProblems } = props.list;
  const [{ model }] = useGatewayAddress();
  const targets = useMemo(() => targetsOf(items), [items]);
  const replicas = useMemo(() => replicaRowsOf(items), [items]);
  const shown = model ? targets.filter(each => each.model === model) : targets;
  return (
    <>
      {routingProblems.length > 0 && (
        <RoutingProblems problems={routingProblems} />
      )}
      {items.length === 0 ? (
        <Panel>
          <NoGateway />
        </Panel>
      ) : (
        <>
          <Text as="p" role="status" variant="body-large" weight="bold">
            {summaryOf(targets, items)}
          </Text>
          <Panel title={<Title text="Targets" />}>
            {shown.length > 0 ? (
              <TargetsTable targets={shown} />
            ) : (
              <NoTargets isFiltered={targets.length > 0} />
            )}
          </Panel>
          <Panel title={<Title text="Replicas" />}>
            <ReplicasTable replicas={replicas} />
          </Panel>
        </>
      )}
    </>
  );
}

function Title(props: { text: string }) {
  return (
    <Text as="h2" variant="body-medium" weight="bold">
      {props.text}
    </Text>
  );
}

function NoTargets(props: { isFiltered: boolean }) {
  return props.isFiltered ? (
    <EmptyPanel
      title="No target of this model"
      description="Choose another model; those with a target are in the list."
    />
  ) : (
    <EmptyPanel
      title="No target is told of"
      description="A replica that is alive tells of its targets once it has a snapshot with models in it."
    />
  );
}

function ModelFilter(props: { list: ReplicaList }) {
  const { items } = props.list;
  const [{ model }, change] = useGatewayAddress();
  const options = useMemo(() => {
    const models = new Set(targetsOf(items).map(each => each.model));
    if (model) models.add(model); // typed by hand, or gone since
    return [
      { id: 'all', label: 'All models' },
      ...[...models].sort().map(name => ({ id: `=${name}`, label: name })),
    ];
  }, [items, model]);
  return (
    <Select
      aria-label="Model"
      options={options}
      value={model ? `=${model}` : 'all'}
      onChange={id =>
        change({ model: id === 'all' ? '' : String(id).slice(1) })
      }
    />
  );
}
