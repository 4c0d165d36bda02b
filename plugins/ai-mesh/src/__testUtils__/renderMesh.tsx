import { renderTestApp } from '@backstage/frontend-test-utils';
import { meshApiRef } from '../api';
import { meshPlugin } from '../plugin';
import { FakeMeshApi } from './FakeMeshApi';

/** When it is in the tests. */
export const NOW = '2026-11-22T10:30:00.000Z';

/** A control plane whose clock stands still. */
export function createFakeApi() {
  return new FakeMeshApi({ now: () => new Date(NOW) });
}

/** Opens the plugin in a portal at an address below `/ai-mesh`. */
export function renderMesh(path: string, api: FakeMeshApi) {
  return renderTestApp({
    features: [meshPlugin],
    initialRouteEntries: [`/ai-mesh/${path}`],
    apis: [[meshApiRef, api]],
  });
}

/** A promise that never settles: the server that does not answer. */
export function never<T>(): Promise<T> {
  return new Promise(() => {});
}

/** What the client throws when the caller may not see something. */
export function notAllowed(): Error {
  return Object.assign(new Error('not allowed'), { name: 'NotAllowedError' });
}
