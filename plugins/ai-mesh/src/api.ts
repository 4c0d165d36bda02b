import { createApiFactory } from '@backstage/core-plugin-api';
import {
  createApiRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import { MeshApi, MeshClient } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** The control plane, as the pages use it; replace it to feed the pages from elsewhere. @public */
export const meshApiRef = createApiRef<MeshApi>().with({
  id: 'plugin.ai-mesh.client',
  pluginId: 'ai-mesh',
});

/** Makes the client of the control plane; both frontend systems install it. @internal */
export const meshApiFactory = createApiFactory({
  api: meshApiRef,
  deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
  factory: ({ discoveryApi, fetchApi }): MeshApi =>
    new MeshClient({ discoveryApi, fetchApi }),
});
