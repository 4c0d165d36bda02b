import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  createFakeApi,
  never,
  notAllowed,
  renderMesh,
} from '../../__testUtils__/renderMesh';

describe('ModelsPage', () => {
  it('shows that it is loading', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listModels').mockReturnValue(never());
    renderMesh('models', api);
    expect(await screen.findByLabelText('Loading models')).toBeInTheDocument();
  });

  it('says what failed and tries again', async () => {
    const api = createFakeApi();
    jest
      .spyOn(api, 'listModels')
      .mockRejectedValueOnce(new Error('the catalog is away'));
    renderMesh('models', api);
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'the catalog is away',
    );
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByRole('row', { name: /gpt-4o-mini/ }),
    ).toBeVisible();
  });

  it('says when the user may not see models', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listModels').mockRejectedValue(notAllowed());
    renderMesh('models', api);
    expect(
      await screen.findByText('You are not allowed to see models'),
    ).toBeVisible();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('says what to do when there are no models', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listModels').mockResolvedValue({ items: [], total: 0 });
    renderMesh('models', api);
    expect(await screen.findByText('No models yet')).toBeVisible();
  });

  it('compares prices per million tokens, and says which model has none', async () => {
    renderMesh('models', createFakeApi());
    const large = await screen.findByRole('row', { name: /^gpt-4o(?!-)/ });
    expect(large).toHaveTextContent('$2.50');
    expect(large).toHaveTextContent('$1.25');
    expect(large).toHaveTextContent('$10.00');
    expect(large).toHaveTextContent('128,000');
    expect(screen.getByRole('row', { name: /phi-4/ })).toHaveTextContent(
      'Not served: no price is known',
    );
  });

  it('says of what a price is that is not by tokens', async () => {
    renderMesh('models', createFakeApi());
    expect(
      await screen.findByRole('row', { name: /^tts-1/ }),
    ).toHaveTextContent('$15.00per 1M characters');
    expect(screen.getByRole('row', { name: /^whisper-1/ })).toHaveTextContent(
      '$0.0001per second',
    );
    const pictures = screen.getByRole('row', { name: /^gpt-image-1/ });
    expect(pictures).toHaveTextContent('$5.00');
    expect(pictures).toHaveTextContent('$0.042per picture');
    await userEvent.click(pictures);
    const dialog = await screen.findByRole('dialog', { name: 'GPT Image 1' });
    expect(dialog).toHaveTextContent('Input$5.00 per 1M tokens');
    expect(dialog).toHaveTextContent('Picture$0.042 per picture');
  });

  it('takes search, kind and order from the address', async () => {
    renderMesh(
      'models?q=gpt&kind=chat&sort=input&order=descending',
      createFakeApi(),
    );
    const table = await screen.findByRole('grid', { name: 'Models' });
    const rows = within(table).getAllByRole('row').slice(1);
    expect(rows.map(row => row.textContent)).toEqual([
      expect.stringMatching(/^gpt-4o(?!-mini)/),
      expect.stringMatching(/^gpt-4o-mini/),
    ]);
    expect(
      within(table).getByRole('columnheader', { name: /^Input/ }),
    ).toHaveAttribute('aria-sort', 'descending');
  });

  it('sorts by a click on the head of a column', async () => {
    renderMesh('models', createFakeApi());
    await userEvent.click(
      await screen.findByRole('columnheader', { name: /^Context/ }),
    );
    const rows = screen.getAllByRole('row').slice(1);
    expect(rows[0]).toHaveTextContent('tts-1');
  });

  it('leads from a model to the form for a key to it', async () => {
    renderMesh('models', createFakeApi());
    await userEvent.click(
      await screen.findByRole('row', { name: /gpt-4o-mini/ }),
    );
    const dialog = await screen.findByRole('dialog', { name: 'GPT-4o mini' });
    expect(dialog).toHaveTextContent('$0.60 per 1M tokens');
    expect(
      within(dialog).getByRole('link', { name: 'Get a key' }),
    ).toHaveAttribute('href', '/ai-mesh/keys?issue=1&model=gpt-4o-mini');
  });

  it('offers no key to a model that is not served', async () => {
    renderMesh('models?model=phi-4', createFakeApi());
    const dialog = await screen.findByRole('dialog', { name: 'Phi-4' });
    expect(within(dialog).queryByRole('link')).not.toBeInTheDocument();
    expect(dialog).toHaveTextContent('Not served: no price is known');
  });
});
