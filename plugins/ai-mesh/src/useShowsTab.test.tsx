import { screen, waitFor } from '@testing-library/react';
import {
  createFakeApi,
  notAllowed,
  renderLegacy,
  renderMesh,
} from './__testUtils__/renderMesh';

// Permissions are remembered beyond a test, so that everybody in this file has none.
describe('without the permissions to see prices and the gateway', () => {
  it.each([
    ['new', renderMesh],
    ['legacy', renderLegacy],
  ])('has no tabs for them on the %s frontend system', async (_, render) => {
    await render('models', createFakeApi(), { denied: true });
    await screen.findByRole('row', { name: /gpt-4o-mini/ });
    await waitFor(() => {
      expect(screen.queryByRole('tab', { name: 'Gateway' })).toBeNull();
      expect(screen.queryByRole('tab', { name: 'Prices' })).toBeNull();
    });
    expect(screen.getAllByRole('tab').map(tab => tab.textContent)).toEqual([
      'Models',
      'Keys',
      'Spend',
      'Quotas',
      'GPU cost',
    ]);
  });

  it.each([
    ['new', renderMesh],
    ['legacy', renderLegacy],
  ])(
    'is told so on the %s frontend system when following a link to one',
    async (_, render) => {
      const api = createFakeApi();
      jest.spyOn(api, 'listReplicas').mockRejectedValue(notAllowed());
      await render('gateway', api, { denied: true });
      expect(
        await screen.findByText('You are not allowed to see gateway health'),
      ).toBeVisible();
      expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    },
  );
});
