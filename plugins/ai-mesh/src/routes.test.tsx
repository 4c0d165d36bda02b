import meshPlugin, { aiMeshPlugin } from '.';
import {
  booksRouteRef,
  gatewayRouteRef,
  gpuRouteRef,
  keysRouteRef,
  modelsRouteRef,
  pricesRouteRef,
  quotasRouteRef,
  ROOT_PATH,
  rootRouteRef,
  spendRouteRef,
  SUB_PAGES,
} from './routes';

it('has these addresses, with these titles', () => {
  expect([
    `${ROOT_PATH} AI Mesh`,
    ...Object.values(SUB_PAGES).map(
      ({ path, title }) => `${ROOT_PATH}/${path} ${title}`,
    ),
  ]).toMatchInlineSnapshot(`
    [
      "/ai-mesh AI Mesh",
      "/ai-mesh/models Models",
      "/ai-mesh/keys Keys",
      "/ai-mesh/spend Spend",
      "/ai-mesh/quotas Quotas",
      "/ai-mesh/gpu GPU cost",
      "/ai-mesh/prices Prices",
      "/ai-mesh/books Books",
      "/ai-mesh/gateway Gateway",
    ]
  `);
});

it('links to the addresses at which the sub-pages stand', () => {
  const refs = [
    modelsRouteRef,
    keysRouteRef,
    spendRouteRef,
    quotasRouteRef,
    gpuRouteRef,
    pricesRouteRef,
    booksRouteRef,
    gatewayRouteRef,
  ];
  expect(refs.map(ref => ref.path)).toEqual(
    Object.values(SUB_PAGES).map(({ path }) => `/${path}`),
  );
});

it('shows the same root to both frontend systems', () => {
  expect(meshPlugin.routes.root).toBe(rootRouteRef);
  expect(aiMeshPlugin.routes.root).toBe(rootRouteRef);
});

it.each([
  'api:ai-mesh/client',
  'page:ai-mesh',
  'sub-page:ai-mesh/models',
  'sub-page:ai-mesh/keys',
  'sub-page:ai-mesh/spend',
  'sub-page:ai-mesh/quotas',
  'sub-page:ai-mesh/gpu',
  'sub-page:ai-mesh/prices',
  'sub-page:ai-mesh/books',
  'sub-page:ai-mesh/gateway',
] as const)('has the extension %s, which a portal can configure', id => {
  expect(meshPlugin.getExtension(id)).toBeDefined();
});
