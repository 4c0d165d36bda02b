import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createFakeApi, renderLegacy } from './__testUtils__/renderMesh';

it('shows the tabs in a portal on the legacy frontend system', async () => {
  await renderLegacy('models', createFakeApi());
  expect(await screen.findByRole('heading', { name: 'AI Mesh' })).toBeVisible();
  expect(
    (await screen.findAllByRole('tab')).map(tab => tab.textContent),
  ).toEqual([
    'Models',
    'Keys',
    'Spend',
    'Quotas',
    'GPU cost',
    'Prices',
    'Books',
    'Gateway',
  ]);
  expect(await screen.findByRole('row', { name: /gpt-4o-mini/ })).toBeVisible();
  await userEvent.click(screen.getByRole('tab', { name: 'Quotas' }));
  expect(
    within(
      await screen.findByRole('grid', { name: 'Budgets by department' }),
    ).getByRole('row', { name: /Customer Care/ }),
  ).toBeVisible();
  await userEvent.click(screen.getByRole('tab', { name: 'Gateway' }));
  expect(await screen.findByRole('grid', { name: 'Replicas' })).toBeVisible();
});
