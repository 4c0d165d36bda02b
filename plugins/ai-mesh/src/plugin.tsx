import {
  ApiBlueprint,
  createFrontendPlugin,
  PageBlueprint,
  SubPageBlueprint,
} from '@backstage/frontend-plugin-api';
import { RiCpuLine } from '@remixicon/react';
import { meshApiFactory } from './api';
import { ROOT_PATH, rootRouteRef, SUB_PAGES } from './routes';

const meshApi = ApiBlueprint.make({
  name: 'client',
  params: defineParams => defineParams(meshApiFactory),
});

const page = PageBlueprint.make({
  params: {
    path: ROOT_PATH,
    title: 'AI Mesh',
    icon: <RiCpuLine />,
    routeRef: rootRouteRef,
  },
});

const modelsPage = SubPageBlueprint.make({
  name: 'models',
  params: {
    ...SUB_PAGES.models,
    loader: () =>
      import('./pages/models/ModelsPage').then(m => <m.ModelsPage />),
  },
});

const keysPage = SubPageBlueprint.make({
  name: 'keys',
  params: {
    ...SUB_PAGES.keys,
    loader: () => import('./pages/keys/KeysPage').then(m => <m.KeysPage />),
  },
});

const spendPage = SubPageBlueprint.make({
  name: 'spend',
  params: {
    ...SUB_PAGES.spend,
    loader: () => import('./pages/spend/SpendPage').then(m => <m.SpendPage />),
  },
});

const quotasPage = SubPageBlueprint.make({
  name: 'quotas',
  params: {
    ...SUB_PAGES.quotas,
    loader: () =>
      import('./pages/quotas/QuotasPage').then(m => <m.QuotasPage />),
  },
});

/** Sovereign AI Mesh for portals on the new frontend system: one page with its four areas as tabs. @public */
export const meshPlugin = createFrontendPlugin({
  pluginId: 'ai-mesh',
  title: 'AI Mesh',
  icon: <RiCpuLine />,
  info: { packageJson: () => import('../package.json') },
  routes: { root: rootRouteRef },
  extensions: [meshApi, page, modelsPage, keysPage, spendPage, quotasPage],
});
