import { useApi } from '@backstage/core-plugin-api';
import { SearchField, Select, SortDescriptor } from '@backstage/ui';
import { Model, ModelKind } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useCallback, useMemo } from 'react';
import { meshApiRef } from '../../api';
import { PageFrame, Panel } from '../../components/PageFrame';
import { EmptyPanel, Loadable } from '../../components/StatePanels';
import { useAddressState } from '../../components/useAddressState';
import { useRefreshing } from '../../components/useRefreshing';
import { ModelDialog } from './ModelDialog';
import { filterModels, sortModels } from './models.utils';
import { ModelsTable } from './ModelsTable';

const DEFAULTS = {
  q: '',
  kind: '',
  sort: 'name',
  order: 'ascending',
  model: '',
};

const KIND_LABELS: Record<ModelKind, string> = {
  chat: 'Chat',
  embedding: 'Embedding',
  moderation: 'Moderation',
  image: 'Image',
  speech: 'Speech',
  transcription: 'Transcription',
};

const KINDS = [
  { id: 'all', label: 'All kinds' },
  ...Object.entries(KIND_LABELS).map(([id, label]) => ({ id, label })),
];

/** The model catalog: what there is, what it costs, and the way to a key. */
export function ModelsPage() {
  const api = useApi(meshApiRef);
  const load = useCallback(
    (signal: AbortSignal) => api.listModels({ signal }),
    [api],
  );
  const { loaded, reload } = useRefreshing(load);
  const [address, change] = useAddressState(DEFAULTS);
  return (
    <PageFrame
      title="Models"
      controls={
        <>
          <SearchField
            aria-label="Search models"
            placeholder="Search models"
            value={address.q}
            onChange={q => change({ q })}
          />
          <Select
            aria-label="Kind"
            options={KINDS}
            value={address.kind || 'all'}
            onChange={kind =>
              change({ kind: kind === 'all' ? '' : String(kind) })
            }
          />
        </>
      }
    >
      <Panel>
        <Loadable loaded={loaded} what="models" onRetry={reload}>
          {page => <Catalog models={page.items} />}
        </Loadable>
      </Panel>
    </PageFrame>
  );
}

function Catalog(props: { models: readonly Model[] }) {
  const { models } = props;
  const [address, change] = useAddressState(DEFAULTS);
  const { q: search, kind } = address;
  const sort = useMemo(
    (): SortDescriptor => ({
      column: address.sort,
      direction: address.order === 'descending' ? 'descending' : 'ascending',
    }),
    [address.sort, address.order],
  );
  const rows = useMemo(
    () =>
      sortModels(filterModels(models, { search, kind }), sort).map(model => ({
        ...model,
        id: model.name,
      })),
    [models, search, kind, sort],
  );
  const onOpen = useCallback(
    (model: Model) => change({ model: model.name }),
    [change],
  );
  const opened = models.find(model => model.name === address.model);
  if (models.length === 0) {
    return (
      <EmptyPanel
        title="No models yet"
        description="A model appears here when the catalog has a Resource of type ai-model. Ask a platform engineer to register one."
      />
    );
  }
  return (
    <>
      {rows.length === 0 ? (
        <EmptyPanel
          title="No model matches"
          description="Try fewer words or another kind."
        />
      ) : (
        <ModelsTable
          models={rows}
          sort={sort}
          onSort={({ column, direction }) =>
            change({ sort: String(column), order: direction })
          }
          onOpen={onOpen}
        />
      )}
      {opened && (
        <ModelDialog model={opened} onClose={() => change({ model: '' })} />
      )}
    </>
  );
}
