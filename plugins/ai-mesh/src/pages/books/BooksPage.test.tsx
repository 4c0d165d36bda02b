import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  createFakeApi,
  never,
  notAllowed,
  renderMesh,
} from '../../__testUtils__/renderMesh';

async function openDialog(button: string) {
  await userEvent.click(await screen.findByRole('button', { name: button }));
  return within(await screen.findByRole('dialog'));
}

describe('BooksPage', () => {
  it('shows that it is loading', async () => {
    const api = createFakeApi();
    jest.spyOn(api.books, 'listMonths').mockReturnValue(never());
    renderMesh('books', api);
    expect(
      await screen.findByLabelText('Loading the books'),
    ).toBeInTheDocument();
  });

  it('says when the user may not see the books', async () => {
    const api = createFakeApi();
    jest.spyOn(api.books, 'listMonths').mockRejectedValue(notAllowed());
    renderMesh('books', api);
    expect(
      await screen.findByText('You are not allowed to see the books'),
    ).toBeVisible();
  });

  it('says what to do while nothing is booked', async () => {
    const api = createFakeApi();
    jest
      .spyOn(api.books, 'listMonths')
      .mockResolvedValue({ items: [], canClose: true });
    renderMesh('books', api);
    expect(await screen.findByText('Nothing is booked yet')).toBeVisible();
  });
});

describe('months', () => {
  it('shows them with what they come to', async () => {
    renderMesh('books', createFakeApi());
    const row = await screen.findByRole('row', { name: /September 2026/ });
    expect(row).toHaveTextContent('Closed');
    expect(row).toHaveTextContent('by priya');
    expect(row).toHaveTextContent('$1,023.00');
    expect(row).toHaveTextContent('c0ffee00c0ff');
    expect(
      screen.getByRole('row', { name: /November 2026/ }),
    ).toHaveTextContent('Not over yet');
  });

  it('closes one, after it has said what that means', async () => {
    renderMesh('books', createFakeApi());
    const dialog = await openDialog('Close October 2026');
    expect(
      dialog.getByText('A closed month cannot be opened again.'),
    ).toBeVisible();
    expect(dialog.getByText('$3.00 stand in suspense')).toBeVisible();
    await userEvent.click(dialog.getByRole('button', { name: 'Close month' }));
    expect(await screen.findByText('October 2026 is closed.')).toBeVisible();
    await waitFor(() =>
      expect(
        screen.queryByRole('button', { name: 'Close October 2026' }),
      ).toBeNull(),
    );
  });

  it('says why it could not be closed', async () => {
    const api = createFakeApi();
    jest
      .spyOn(api.books, 'closeMonth')
      .mockRejectedValue(new Error('Close 2026-08 first'));
    renderMesh('books', api);
    const dialog = await openDialog('Close October 2026');
    await userEvent.click(dialog.getByRole('button', { name: 'Close month' }));
    expect(await dialog.findByRole('alert')).toHaveTextContent(
      'Close 2026-08 first',
    );
  });

  it('has no way to close for somebody who may only read', async () => {
    const api = createFakeApi();
    const list = await api.books.listMonths();
    jest
      .spyOn(api.books, 'listMonths')
      .mockResolvedValue({ ...list, canClose: false });
    renderMesh('books', api);
    await screen.findByRole('row', { name: /October 2026/ });
    expect(screen.queryByRole('button', { name: /^Close / })).toBeNull();
  });

  it('downloads the statement of a closed month, and FOCUS of any', async () => {
    URL.createObjectURL = jest.fn(() => 'blob:statement');
    URL.revokeObjectURL = jest.fn();
    const click = jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(() => {});
    const api = createFakeApi();
    const statement = jest.spyOn(api.books, 'downloadStatement');
    const focus = jest.spyOn(api.focus, 'exportMonth');
    renderMesh('books', api);
    const closed = await openDialog('Download September 2026');
    await userEvent.click(closed.getByRole('button', { name: 'Download' }));
    await waitFor(() =>
      expect(statement).toHaveBeenCalledWith('2026-09', 'json'),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const open = await openDialog('Download November 2026');
    await userEvent.click(open.getByRole('button', { name: 'Download' }));
    await waitFor(() =>
      expect(focus).toHaveBeenCalledWith({
        month: '2026-11',
        version: '1.4',
        format: 'csv',
      }),
    );
    await waitFor(() => expect(click).toHaveBeenCalledTimes(2));
    click.mockRestore();
  });
});

describe('invoices', () => {
  const content = 'month,provider,amount';
  const file = Object.assign(new File([content], 'october.csv'), {
    text: async () => content, // jsdom's files have none
  });

  it('takes one in and shows what differs', async () => {
    const api = createFakeApi();
    const upload = jest.spyOn(api.books, 'uploadInvoice');
    renderMesh('books?view=invoices', api);
    await userEvent.upload(await screen.findByLabelText('Invoice, .csv'), file);
    await waitFor(() =>
      expect(upload).toHaveBeenCalledWith({
        month: '2026-10',
        fileName: 'october.csv',
        content,
      }),
    );
    const table = within(
      await screen.findByRole('grid', { name: /openai, October 2026 beside/ }),
    );
    const row = table.getByRole('row', { name: /gpt-4o-mini/ });
    expect(row).toHaveTextContent('−2 %');
    expect(row).toHaveTextContent('Beyond 0.5 %');
    expect(
      table.getByRole('row', { name: /llama-3-8b, not on the invoice/ }),
    ).toBeVisible();
  });

  it('names every wrong row of a file', async () => {
    const api = createFakeApi();
    jest
      .spyOn(api.books, 'uploadInvoice')
      .mockRejectedValue(
        new Error(
          'content: line 3, column amount: no number; line 4, column currency: only USD',
        ),
      );
    renderMesh('books?view=invoices', api);
    await userEvent.upload(await screen.findByLabelText('Invoice, .csv'), file);
    const alert = await screen.findByRole('alert');
    expect(within(alert).getAllByRole('listitem')).toHaveLength(2);
  });

  it('posts the difference', async () => {
    renderMesh('books?view=invoices&invoice=1', createFakeApi());
    await userEvent.click(
      await screen.findByRole('button', { name: 'Post difference' }),
    );
    expect(await screen.findByText('2 adjustments posted.')).toBeVisible();
    expect(await screen.findAllByText('Agrees')).not.toHaveLength(0);
    expect(
      screen.queryByRole('button', { name: 'Post difference' }),
    ).toBeNull();
  });
});

describe('data quality', () => {
  it('says in plain words what is odd, and what to do', async () => {
    renderMesh('books?view=quality', createFakeApi());
    const suspense = await screen.findByRole('grid', {
      name: 'Suspense accounts',
    });
    expect(suspense).toHaveTextContent('Unknown key');
    expect(suspense).toHaveTextContent('Ask the department');
    expect(suspense).toHaveTextContent('$3.00');
    expect(screen.getByText(/llama-3-8b. They are not served/)).toBeVisible();
    expect(
      screen.getByRole('grid', { name: 'Difference to invoices' }),
    ).toHaveTextContent('Beyond 0.5 %');
    expect(
      screen.getByRole('grid', { name: 'Nightly checks' }),
    ).toHaveTextContent('cost_pico is 251, the lines say 250');
    expect(
      screen.getByRole('grid', { name: 'Restated prices' }),
    ).toHaveTextContent('1,234');
  });

  it('lists the lines of an oddity', async () => {
    renderMesh('books?view=quality', createFakeApi());
    const flags = within(
      await screen.findByRole('grid', { name: 'Odd lines' }),
    );
    await userEvent.click(
      flags.getByRole('row', { name: /Of a closed month/ }),
    );
    expect(
      await screen.findByRole('row', { name: /request-of-october/ }),
    ).toHaveTextContent('$1.50');
  });

  it('dismisses a record with a reason', async () => {
    const api = createFakeApi();
    const dismiss = jest.spyOn(api.books, 'dismissRecord');
    renderMesh('books?view=quality', api);
    const dialog = await openDialog('Look at record 7');
    expect(dialog.getByLabelText('The record as it came')).toHaveTextContent(
      '"tokens":"-1"',
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Dismiss' }));
    expect(await dialog.findByText('Give a reason')).toBeVisible();
    await userEvent.type(dialog.getByRole('textbox'), 'a test of ours');
    await userEvent.click(dialog.getByRole('button', { name: 'Dismiss' }));
    await waitFor(() =>
      expect(dismiss).toHaveBeenCalledWith(7, { reason: 'a test of ours' }),
    );
    expect(await screen.findByText('Record 7 is dismissed.')).toBeVisible();
    expect(
      await screen.findByText('No such record in this month'),
    ).toBeVisible();
  });

  it('tries to book a record again, and says when it still cannot', async () => {
    const api = createFakeApi();
    jest
      .spyOn(api.books, 'retryRecord')
      .mockRejectedValueOnce(new Error('It still cannot be booked'));
    renderMesh('books?view=quality', api);
    const dialog = await openDialog('Look at record 7');
    await userEvent.click(dialog.getByRole('button', { name: 'Try again' }));
    expect(await dialog.findByRole('alert')).toHaveTextContent(
      'It still cannot be booked',
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Record 7 is booked.')).toBeVisible();
  });
});
