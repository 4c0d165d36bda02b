import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes } from 'react-router-dom';
import { AiMeshPage, meshApiRef, rootRouteRef } from '.';
import { createFakeApi } from './__testUtils__/renderMesh';

it('shows the four tabs in a portal on the legacy frontend system', async () => {
  await renderInTestApp(
    <TestApiProvider apis={[[meshApiRef, createFakeApi()]]}>
      <Routes>
        <Route path="/ai-mesh/*" element={<AiMeshPage />} />
      </Routes>
    </TestApiProvider>,
    {
      routeEntries: ['/ai-mesh'],
      mountedRoutes: { '/ai-mesh': rootRouteRef },
    },
  );
  expect(await screen.findByRole('heading', { name: 'AI Mesh' })).toBeVisible();
  expect(
    (await screen.findAllByRole('tab')).map(tab => tab.textContent),
  ).toEqual(['Models', 'Keys', 'Spend', 'Quotas']);
  expect(await screen.findByRole('row', { name: /gpt-4o-mini/ })).toBeVisible();
  await userEvent.click(screen.getByRole('tab', { name: 'Quotas' }));
  expect(
    await screen.findByRole('row', { name: /Customer Care/ }),
  ).toBeVisible();
});
