import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  createFakeApi,
  never,
  notAllowed,
  renderMesh,
} from '../../__testUtils__/renderMesh';

const EMPTY = { items: [], total: 0 };

describe('KeysPage', () => {
  it('shows that it is loading', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listKeys').mockReturnValue(never());
    renderMesh('keys', api);
    expect(await screen.findByLabelText('Loading keys')).toBeInTheDocument();
  });

  it('says what failed and tries again', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listKeys').mockRejectedValueOnce(new Error('away'));
    renderMesh('keys', api);
    expect(await screen.findByRole('alert')).toHaveTextContent('away');
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('row', { name: /staging/ })).toBeVisible();
  });

  it('says when the user may not see keys', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listKeys').mockRejectedValue(notAllowed());
    renderMesh('keys', api);
    expect(
      await screen.findByText('You are not allowed to see keys'),
    ).toBeVisible();
  });

  it('says what to do when there are no keys', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listKeys').mockResolvedValue(EMPTY);
    renderMesh('keys', api);
    expect(await screen.findByText('No keys yet')).toBeVisible();
    expect(screen.getByText(/Press “Issue key”/)).toBeVisible();
  });

  it('offers no key to somebody who may not issue one, not even by address', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listKeys').mockResolvedValue(EMPTY);
    jest.spyOn(api, 'listApplications').mockResolvedValue(EMPTY);
    renderMesh('keys?issue=1', api);
    expect(await screen.findByText('You may not issue keys')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Issue key' })).toBeNull();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('shows keys by the names of people, never a secret', async () => {
    renderMesh('keys', createFakeApi());
    const row = await screen.findByRole('row', { name: /production/ });
    expect(row).toHaveTextContent('Support bot');
    expect(row).toHaveTextContent('Customer Care');
    expect(row).toHaveTextContent('gpt-4o, gpt-4o-mini and 1 more');
    expect(row).toHaveTextContent('Active');
    expect(document.body).not.toHaveTextContent('sk-mesh-');
    expect(screen.getByRole('row', { name: /staging/ })).toHaveTextContent(
      'Never',
    );
  });

  it('shows whether a cheaper model may stand in, and the limits of each key', async () => {
    renderMesh('keys', createFakeApi());
    const bot = await screen.findByRole('row', { name: /production/ });
    expect(bot).toHaveTextContent('Critical600 requests/min200,000 tokens/min');
    const sorter = screen.getByRole('row', { name: /Mail sorter/ });
    expect(sorter).toHaveTextContent('Non-critical');
    expect(sorter).not.toHaveTextContent('/min');
  });

  it('asks the server for what the address says', async () => {
    const api = createFakeApi();
    const listKeys = jest.spyOn(api, 'listKeys');
    renderMesh('keys?q=bot&status=active&sort=name&order=ascending', api);
    await waitFor(() => expect(listKeys).toHaveBeenCalled());
    expect(listKeys.mock.calls[0][0]).toMatchObject({
      search: 'bot',
      status: 'active',
      orderBy: 'name',
      order: 'asc',
      offset: 0,
    });
  });

  it('revokes a key after saying what stops working', async () => {
    renderMesh('keys', createFakeApi());
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Revoke Support bot, production',
      }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('Calls of Support bot');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Revoke key' }),
    );
    await waitFor(() =>
      expect(screen.getByRole('row', { name: /production/ })).toHaveTextContent(
        'Revoked',
      ),
    );
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });
});
