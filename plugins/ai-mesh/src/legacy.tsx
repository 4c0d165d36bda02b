import {
  createPlugin,
  createRoutableExtension,
} from '@backstage/core-plugin-api';
import { meshApiFactory } from './api';
import { rootRouteRef } from './routes';

/** Sovereign AI Mesh for portals that are still on the legacy frontend system. @public */
export const aiMeshPlugin = createPlugin({
  id: 'ai-mesh',
  apis: [meshApiFactory],
  routes: { root: rootRouteRef },
});

/** The page with its tabs, with its own header. @public */
export const AiMeshPage = aiMeshPlugin.provide(
  createRoutableExtension({
    name: 'AiMeshPage',
    mountPoint: rootRouteRef,
    component: () => import('./pages/LegacyPage').then(m => m.LegacyPage),
  }),
);
