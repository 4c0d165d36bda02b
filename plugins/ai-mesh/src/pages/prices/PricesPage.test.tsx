import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  createFakeApi,
  never,
  notAllowed,
  renderMesh,
} from '../../__testUtils__/renderMesh';

const HEADER = 'price_key,class,usd,per';

async function choose(...rows: string[]) {
  const file = new File([[HEADER, ...rows].join('\n')], 'list.csv');
  // jsdom's files cannot be read as text yet
  file.text = async () => [HEADER, ...rows].join('\n');
  await userEvent.upload(await screen.findByLabelText(/Price list/), file);
}

async function openDecision(name: RegExp) {
  await userEvent.click(await screen.findByRole('button', { name }));
  return within(await screen.findByRole('dialog'));
}

describe('PricesPage, current prices', () => {
  it('shows that it is loading', async () => {
    const api = createFakeApi();
    jest.spyOn(api.prices, 'list').mockReturnValue(never());
    renderMesh('prices', api);
    expect(await screen.findByLabelText('Loading prices')).toBeInTheDocument();
  });

  it('says what failed', async () => {
    const api = createFakeApi();
    jest.spyOn(api.prices, 'list').mockRejectedValue(new Error('away'));
    renderMesh('prices', api);
    expect(await screen.findByRole('alert')).toHaveTextContent('away');
  });

  it('says when the user may not see prices', async () => {
    const api = createFakeApi();
    jest.spyOn(api.prices, 'list').mockRejectedValue(notAllowed());
    renderMesh('prices', api);
    expect(
      await screen.findByText('You are not allowed to see prices'),
    ).toBeVisible();
  });

  it('shows what everything costs, with its units', async () => {
    renderMesh('prices', createFakeApi());
    const [gpt] = await screen.findAllByRole('row', { name: /azure\/gpt-4o/ });
    expect(gpt).toHaveTextContent('Everywhere, Standard');
    expect(gpt).toHaveTextContent('$2.50$1.25$10.00');
    expect(gpt).toHaveTextContent('Tool use $0.01 per use');
    expect(gpt).toHaveTextContent('Others above 200,000 input tokens');
    const machine = screen.getByRole('row', { name: /azure-vm/ });
    expect(machine).toHaveTextContent('Machine $1.096 per hour');
    expect(screen.getByRole('row', { name: /contract/ })).toHaveTextContent(
      'westeurope, Batch · contract Azure 2026',
    );
    expect(
      screen.getByRole('columnheader', { name: /^Input/ }),
    ).toHaveTextContent('InputUSD per 1M tokens');
  });

  it('asks for what the address says', async () => {
    const api = createFakeApi();
    const list = jest.spyOn(api.prices, 'list');
    renderMesh(
      'prices?q=gpt&provider=azure&tier=batch&source=azure&sort=validFrom&order=descending&offset=25',
      api,
    );
    await waitFor(() =>
      expect(list).toHaveBeenCalledWith(
        {
          search: 'gpt',
          provider: 'azure',
          serviceTier: 'batch',
          source: 'azure',
          orderBy: 'validFrom',
          order: 'desc',
          offset: 25,
          limit: 25,
        },
        expect.anything(),
      ),
    );
  });

  it('says what to do when no price matches, and when there is none', async () => {
    const api = createFakeApi();
    const empty = { ...(await api.prices.list()), items: [], total: 0 };
    jest.spyOn(api.prices, 'list').mockResolvedValue(empty);
    renderMesh('prices?q=nothing', api);
    expect(await screen.findByText('No price matches')).toBeVisible();
    await userEvent.clear(screen.getByRole('searchbox', { name: /by model/ }));
    expect(await screen.findByText('No prices yet')).toBeVisible();
  });

  it('opens the history of a price', async () => {
    renderMesh('prices', createFakeApi());
    const [gpt] = await screen.findAllByRole('row', { name: /azure\/gpt-4o/ });
    await userEvent.click(gpt);
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('History of azure/gpt-4o')).toBeVisible();
    const old = await dialog.findByRole('row', { name: /2025.* to .*2026/ });
    expect(old).toHaveTextContent('Input $5.00 per 1M tokens');
    expect(old).toHaveTextContent('list of 2025');
    expect(
      dialog.getByText(/Above 200,000 input tokens, for the whole request/),
    ).toBeVisible();
  });
});

describe('PricesPage, review', () => {
  it('shows old and new and the factor, and who may not approve', async () => {
    renderMesh('prices?view=review', createFakeApi());
    const gpt = await screen.findByRole('row', { name: /azure\/gpt-4o/ });
    expect(gpt).toHaveTextContent(
      'Input: $2.50 per 1M tokens → $25.00 per 1M tokens',
    );
    expect(gpt).toHaveTextContent('10 times as dear');
    expect(gpt).toHaveTextContent('from its approval');
    const llama = screen.getByRole('row', { name: /own\/llama/ });
    expect(llama).toHaveTextContent('To or from zero');
    expect(llama).toHaveTextContent('You uploaded it: somebody else approves');
    expect(within(llama).queryByRole('button', { name: /Approve/ })).toBeNull();
  });

  it('approves with a reason', async () => {
    const api = createFakeApi();
    const approve = jest.spyOn(api.prices, 'approve');
    renderMesh('prices?view=review', api);
    const dialog = await openDecision(/Approve the price of azure\/gpt-4o/);
    expect(dialog.getByText('In force')).toBeVisible();
    const button = dialog.getByRole('button', { name: 'Approve' });
    await userEvent.click(button);
    expect(await dialog.findByText('Say in a few words why')).toBeVisible();
    expect(approve).not.toHaveBeenCalled();
    await userEvent.type(dialog.getByRole('textbox'), 'Azure announced it');
    await userEvent.click(button);
    await waitFor(() =>
      expect(screen.queryByRole('row', { name: /gpt-4o/ })).toBeNull(),
    );
    expect(approve).toHaveBeenCalledWith('p1', {
      reason: 'Azure announced it',
    });
  });

  it('rejects, and says what the server refuses', async () => {
    const api = createFakeApi();
    jest
      .spyOn(api.prices, 'reject')
      .mockRejectedValueOnce(new Error('does not wait any more'));
    renderMesh('prices?view=review', api);
    const dialog = await openDecision(/Reject the price of own\/llama/);
    await userEvent.type(dialog.getByRole('textbox'), 'Free is wrong');
    await userEvent.click(dialog.getByRole('button', { name: 'Reject' }));
    expect(await dialog.findByRole('alert')).toHaveTextContent(
      'Does not wait any more',
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Reject' }));
    await waitFor(() =>
      expect(screen.queryByRole('row', { name: /llama/ })).toBeNull(),
    );
  });

  it('says when nothing waits', async () => {
    const api = createFakeApi();
    jest
      .spyOn(api.prices, 'listProposals')
      .mockResolvedValue({ items: [], total: 0 });
    renderMesh('prices?view=review', api);
    expect(await screen.findByText('Nothing waits for review')).toBeVisible();
  });
});

describe('PricesPage, import', () => {
  it('shows what a file would change, and takes it over', async () => {
    const api = createFakeApi();
    const save = jest.spyOn(api.prices, 'import');
    renderMesh('prices?view=import', api);
    await choose('own/new,input,20,1M', 'azure/gpt-4o,input,20,1M');
    const changed = await screen.findByRole('row', { name: /azure\/gpt-4o/ });
    expect(changed).toHaveTextContent('Waits for review');
    expect(changed).toHaveTextContent('8 times as dear');
    expect(changed).toHaveTextContent('what was booked is corrected');
    expect(screen.getByRole('row', { name: /own\/new/ })).toHaveTextContent(
      'New',
    );
    expect(save).not.toHaveBeenCalled();
    await userEvent.click(
      screen.getByRole('button', { name: 'Import 2 prices' }),
    );
    expect(
      await screen.findByText(/1 price of list.csv taken, 1 waits for review/),
    ).toBeVisible();
    expect(save).toHaveBeenCalledTimes(1);
  });

  it('names every wrong row, and takes nothing', async () => {
    renderMesh('prices?view=import', createFakeApi());
    await choose('own/a,input,1,1M', 'own/a,input,x,1M');
    const row = await screen.findByRole('row', { name: /3/ });
    expect(row).toHaveTextContent('3usdexpected a decimal');
    expect(screen.queryByRole('button', { name: /^Import/ })).toBeNull();
  });

  it('says what the server refuses', async () => {
    const api = createFakeApi();
    jest.spyOn(api.prices, 'preview').mockRejectedValue(new Error('too large'));
    renderMesh('prices?view=import', api);
    await choose('own/a,input,1,1M');
    expect(await screen.findByRole('alert')).toHaveTextContent('too large');
  });

  it('has no way in for somebody who may not import', async () => {
    const api = createFakeApi();
    const page = { ...(await api.prices.list()), canImport: false };
    jest.spyOn(api.prices, 'list').mockResolvedValue(page);
    renderMesh('prices?view=import', api);
    expect(await screen.findByText('You may not import prices')).toBeVisible();
    expect(screen.queryByLabelText(/Price list/)).toBeNull();
  });
});
