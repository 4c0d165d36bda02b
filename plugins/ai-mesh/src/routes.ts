import { createRouteRef, createSubRouteRef } from '@backstage/core-plugin-api';

/** The page itself; opens the first of its sub-pages. @public */
export const rootRouteRef = createRouteRef({ id: 'ai-mesh' });

/** The model catalog. `?model=` opens the details of one. @public */
export const modelsRouteRef = createSubRouteRef({
  id: 'ai-mesh/models',
  parent: rootRouteRef,
  path: '/models',
});

/** The gateway keys. `?issue=1&model=` opens the form with a model chosen. @public */
export const keysRouteRef = createSubRouteRef({
  id: 'ai-mesh/keys',
  parent: rootRouteRef,
  path: '/keys',
});

/** What was spent. @public */
export const spendRouteRef = createSubRouteRef({
  id: 'ai-mesh/spend',
  parent: rootRouteRef,
  path: '/spend',
});

/** Budgets and what is left of them. @public */
export const quotasRouteRef = createSubRouteRef({
  id: 'ai-mesh/quotas',
  parent: rootRouteRef,
  path: '/quotas',
});

/** What GPU machines cost: used, idle, unallocated. @public */
export const gpuRouteRef = createSubRouteRef({
  id: 'ai-mesh/gpu',
  parent: rootRouteRef,
  path: '/gpu',
});

/** What models and machines cost. `?view=review` shows what waits for a person. @public */
export const pricesRouteRef = createSubRouteRef({
  id: 'ai-mesh/prices',
  parent: rootRouteRef,
  path: '/prices',
});

/** Months and their closing, invoices of providers, and how good the data is. `?view=` opens one of the three. @public */
export const booksRouteRef = createSubRouteRef({
  id: 'ai-mesh/books',
  parent: rootRouteRef,
  path: '/books',
});

/** How the gateway's replicas and the targets behind them do. `?model=` shows the targets of one. @public */
export const gatewayRouteRef = createSubRouteRef({
  id: 'ai-mesh/gateway',
  parent: rootRouteRef,
  path: '/gateway',
});

/** Where the page stands unless the configuration moves it. @internal */
export const ROOT_PATH = '/ai-mesh';

/** The sub-pages in the order of their tabs; the paths are relative to the page. @internal */
export const SUB_PAGES = {
  models: { path: 'models', title: 'Models' },
  keys: { path: 'keys', title: 'Keys' },
  spend: { path: 'spend', title: 'Spend' },
  quotas: { path: 'quotas', title: 'Quotas' },
  gpu: { path: 'gpu', title: 'GPU cost' },
  prices: { path: 'prices', title: 'Prices' },
  books: { path: 'books', title: 'Books' },
  gateway: { path: 'gateway', title: 'Gateway' },
} as const;
