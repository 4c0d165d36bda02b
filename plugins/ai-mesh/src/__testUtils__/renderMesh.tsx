import { mockApis, renderTestApp } from '@backstage/frontend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import { Route, Routes } from 'react-router-dom';
import { meshApiRef } from '../api';
import { AiMeshPage } from '../legacy';
import { meshPlugin } from '../plugin';
import { rootRouteRef } from '../routes';
import { FakeMeshApi } from './FakeMeshApi';

/** When it is in the tests. */
export const NOW = '2026-11-22T10:30:00.000Z';

/** A control plane whose clock stands still. */
export function createFakeApi() {
  return new FakeMeshApi({ now: () => new Date(NOW) });
}

/** Whether the user may do everything, or nothing at all. */
interface Permissions {
  denied?: boolean;
}

/** Opens the plugin in a portal at an address below `/ai-mesh`. */
export function renderMesh(
  path: string,
  api: FakeMeshApi,
  permissions: Permissions = {},
) {
  return renderTestApp({
    features: [meshPlugin],
    initialRouteEntries: [`/ai-mesh/${path}`],
    apis: [[meshApiRef, api], permissionApi(permissions)],
  });
}

/** The same in a portal on the legacy frontend system. */
export function renderLegacy(
  path: string,
  api: FakeMeshApi,
  permissions: Permissions = {},
) {
  return renderInTestApp(
    <TestApiProvider
      apis={[
        [meshApiRef, api],
        [permissionApiRef, permissionApi(permissions)],
      ]}
    >
      <Routes>
        <Route path="/ai-mesh/*" element={<AiMeshPage />} />
      </Routes>
    </TestApiProvider>,
    {
      routeEntries: [`/ai-mesh/${path}`],
      mountedRoutes: { '/ai-mesh': rootRouteRef },
    },
  );
}

function permissionApi({ denied }: Permissions) {
  return mockApis.permission({
    authorize: denied ? AuthorizeResult.DENY : AuthorizeResult.ALLOW,
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
