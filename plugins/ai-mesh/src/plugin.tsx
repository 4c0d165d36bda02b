import {
  ApiBlueprint,
  coreExtensionData,
  createFrontendPlugin,
  PageBlueprint,
  SubPageBlueprint,
} from '@backstage/frontend-plugin-api';
import { RiCpuLine } from '@remixicon/react';
import {
  booksReadPermission,
  gatewayReadPermission,
  priceReadPermission,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { meshApiFactory } from './api';
import { ROOT_PATH, rootRouteRef, SUB_PAGES } from './routes';
import { TabPermission, useShowsTab } from './useShowsTab';

const meshApi = ApiBlueprint.make({
  name: 'client',
  params: defineParams => defineParams(meshApiFactory),
});

/** Sub-pages whose tab only those have who may see what it shows. */
const GATES: { id: string; permission: TabPermission }[] = [
  { id: 'sub-page:ai-mesh/prices', permission: priceReadPermission },
  { id: 'sub-page:ai-mesh/books', permission: booksReadPermission },
  { id: 'sub-page:ai-mesh/gateway', permission: gatewayReadPermission },
];

const page = PageBlueprint.makeWithOverrides({
  factory(originalFactory, { inputs }) {
    type SubPages = typeof inputs.pages;
    const pageOf = (pages: SubPages) =>
      originalFactory(
        {
          path: ROOT_PATH,
          title: 'AI Mesh',
          icon: <RiCpuLine />,
          routeRef: rootRouteRef,
        },
        { inputs: { ...inputs, pages } },
      );
    // The frame makes its tabs once and for everybody, so there is a frame with each gated tab and one without.
    function frameOf(pages: SubPages, gates: typeof GATES): JSX.Element {
      const [gate, ...others] = gates;
      if (!gate) return pageOf(pages).get(coreExtensionData.reactElement);
      const gated = pages.find(each => each.node.spec.id === gate.id);
      const whole = frameOf(pages, others);
      if (!gated) return whole; // left out by the configuration
      return (
        <TabGate
          path={gated.get(coreExtensionData.routePath)}
          permission={gate.permission}
          whole={whole}
          rest={frameOf(
            pages.filter(each => each !== gated),
            others,
          )}
        />
      );
    }
    return [...pageOf(inputs.pages)].map(output =>
      output.id === coreExtensionData.reactElement.id
        ? coreExtensionData.reactElement(frameOf(inputs.pages, GATES))
        : output,
    );
  },
});

function TabGate(props: {
  path: string;
  permission: TabPermission;
  whole: JSX.Element;
  rest: JSX.Element;
}) {
  return useShowsTab(props.path, props.permission) ? props.whole : props.rest;
}

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

const gpuPage = SubPageBlueprint.make({
  name: 'gpu',
  params: {
    ...SUB_PAGES.gpu,
    loader: () => import('./pages/gpu/GpuPage').then(m => <m.GpuPage />),
  },
});

const pricesPage = SubPageBlueprint.make({
  name: 'prices',
  params: {
    ...SUB_PAGES.prices,
    loader: () =>
      import('./pages/prices/PricesPage').then(m => <m.PricesPage />),
  },
});

const booksPage = SubPageBlueprint.make({
  name: 'books',
  params: {
    ...SUB_PAGES.books,
    loader: () => import('./pages/books/BooksPage').then(m => <m.BooksPage />),
  },
});

const gatewayPage = SubPageBlueprint.make({
  name: 'gateway',
  params: {
    ...SUB_PAGES.gateway,
    loader: () =>
      import('./pages/gateway/GatewayPage').then(m => <m.GatewayPage />),
  },
});

/** Sovereign AI Mesh for portals on the new frontend system: one page with its areas as tabs. @public */
export const meshPlugin = createFrontendPlugin({
  pluginId: 'ai-mesh',
  title: 'AI Mesh',
  icon: <RiCpuLine />,
  info: { packageJson: () => import('../package.json') },
  routes: { root: rootRouteRef },
  extensions: [
    meshApi,
    page,
    modelsPage,
    keysPage,
    spendPage,
    quotasPage,
    gpuPage,
    pricesPage,
    booksPage,
    gatewayPage,
  ],
});
