/**
 * The pages of Sovereign AI Mesh. The default export is for the new frontend system; `aiMeshPlugin` and
 * `AiMeshPage` are for portals on the legacy one.
 *
 * @packageDocumentation
 */
export { meshPlugin as default } from './plugin';
export { aiMeshPlugin, AiMeshPage } from './legacy';
export { meshApiRef } from './api';
export {
  rootRouteRef,
  modelsRouteRef,
  pricesRouteRef,
  keysRouteRef,
  spendRouteRef,
  quotasRouteRef,
  gpuRouteRef,
  booksRouteRef,
  gatewayRouteRef,
} from './routes';
