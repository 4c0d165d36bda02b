import {
  ApiBlueprint,
  coreExtensionData,
  createFrontendPlugin,
  PageBlueprint,
  SubPageBlueprint,
} from '@backstage/frontend-plugin-api';
import { RiCpuLine } from '@remixicon/react';
import { meshApiFactory } from './api';
import { ROOT_PATH, rootRouteRef, SUB_PAGES } from './routes';
import { useShowsGateway } from './useShowsGateway';

const meshApi = ApiBlueprint.make({
  name: 'client',
  params: defineParams => defineParams(meshApiFactory),
});

const GATEWAY_PAGE_ID = 'sub-page:ai-mesh/gateway';

const page = PageBlueprint.makeWithOverrides({
  factory(originalFactory, { inputs }) {
    const pageOf = (pages: typeof inputs.pages) =>
      originalFactory(
        {
          path: ROOT_PATH,
          title: 'AI Mesh',
          icon: <RiCpuLine />,
          routeRef: rootRouteRef,
        },
        { inputs: { ...inputs, pages } },
      );
    const isGateway = (each: (typeof inputs.pages)[number]) =>
      each.node.spec.id === GATEWAY_PAGE_ID;
    const whole = pageOf(inputs.pages);
    const gateway = inputs.pages.find(isGateway);
    if (!gateway) return whole; // left out by the configuration
    // The frame makes its tabs once and for everybody, so there is a frame with the tab and one without.
    const rest = pageOf(inputs.pages.filter(each => !isGateway(each)));
    const element = (
      <GatewayTabGate
        path={gateway.get(coreExtensionData.routePath)}
        whole={whole.get(coreExtensionData.reactElement)}
        rest={rest.get(coreExtensionData.reactElement)}
      />
    );
    return [...whole].map(output =>
      output.id === coreExtensionData.reactElement.id
        ? coreExtensionData.reactElement(element)
        : output,
    );
  },
});

function GatewayTabGate(props: {
  path: string;
  whole: JSX.Element;
  rest: JSX.Element;
}) {
  return useShowsGateway(props.path) ? props.whole : props.rest;
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

const gatewayPage = SubPageBlueprint.make({
  name: 'gateway',
  params: {
    ...SUB_PAGES.gateway,
    loader: () =>
      import('./pages/gateway/GatewayPage').then(m => <m.GatewayPage />),
  },
});

/** Sovereign AI Mesh for portals on the new frontend system: one page with its five areas as tabs. @public */
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
    gatewayPage,
  ],
});
