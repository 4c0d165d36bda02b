import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  createFakeApi,
  never,
  notAllowed,
  renderMesh,
} from '../../__testUtils__/renderMesh';

async function openDialog(department: string) {
  await userEvent.click(
    await screen.findByRole('button', { name: `Set budget of ${department}` }),
  );
  return within(await screen.findByRole('dialog'));
}

describe('QuotasPage', () => {
  it('shows that it is loading', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listBudgets').mockReturnValue(never());
    renderMesh('quotas', api);
    expect(await screen.findByLabelText('Loading budgets')).toBeInTheDocument();
  });

  it('says what failed', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listBudgets').mockRejectedValue(new Error('away'));
    renderMesh('quotas', api);
    expect(await screen.findByRole('alert')).toHaveTextContent('away');
  });

  it('says when the user may not see budgets', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listBudgets').mockRejectedValue(notAllowed());
    renderMesh('quotas', api);
    expect(
      await screen.findByText('You are not allowed to see budgets'),
    ).toBeVisible();
  });

  it('says who sees budgets when the user sees none', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listBudgets').mockResolvedValue({ items: [], total: 0 });
    renderMesh('quotas', api);
    expect(
      await screen.findByText('No department whose budget you may see'),
    ).toBeVisible();
  });

  it('shows departments side by side, with more than all of it as what it is', async () => {
    renderMesh('quotas', createFakeApi());
    const care = await screen.findByRole('row', { name: /Customer Care/ });
    expect(care).toHaveTextContent('$600.00');
    expect(care).toHaveTextContent('$511.20');
    expect(care).toHaveTextContent('$88.80');
    expect(care).toHaveTextContent('80 % used');
    const store = screen.getByRole('row', { name: /Online Store/ });
    expect(store).toHaveTextContent('130 %');
    expect(store).toHaveTextContent('Over');
    expect(within(store).getByRole('progressbar')).toHaveAttribute(
      'aria-valuenow',
      '100',
    );
    expect(within(store).getByRole('progressbar')).toHaveAttribute(
      'aria-valuetext',
      '130 %',
    );
    expect(screen.getByRole('row', { name: /Total/ })).toHaveTextContent(
      '$1,234.56',
    );
  });

  it('has no action for somebody who may not set budgets', async () => {
    const api = createFakeApi();
    const { items } = await api.listBudgets();
    jest.spyOn(api, 'listBudgets').mockResolvedValue({
      items: items.map(item => ({ ...item, canUpdate: false })),
      total: items.length,
    });
    renderMesh('quotas', api);
    await screen.findByRole('row', { name: /Customer Care/ });
    expect(screen.queryByRole('button', { name: /Set budget/ })).toBeNull();
    expect(screen.queryByRole('columnheader', { name: 'Actions' })).toBeNull();
  });

  it('sets a budget and shows it', async () => {
    renderMesh('quotas', createFakeApi());
    const dialog = await openDialog('Customer Care');
    const amount = dialog.getByRole('textbox');
    expect(amount).toHaveValue('600.00');
    await userEvent.clear(amount);
    await userEvent.type(amount, '0.05');
    await userEvent.click(dialog.getByRole('button', { name: 'Save budget' }));
    await waitFor(() =>
      expect(
        screen.getByRole('row', { name: /Customer Care/ }),
      ).toHaveTextContent('$0.05'),
    );
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(
      screen.getByText('The budget of Customer Care is saved.'),
    ).toBeVisible();
  });

  it('takes the limit away when the field is empty', async () => {
    const api = createFakeApi();
    const setBudget = jest.spyOn(api, 'setBudget');
    renderMesh('quotas', api);
    const dialog = await openDialog('Customer Care');
    await userEvent.clear(dialog.getByRole('textbox'));
    await userEvent.click(dialog.getByRole('button', { name: 'Save budget' }));
    await waitFor(() =>
      expect(setBudget).toHaveBeenCalledWith('group:default/customer-care', {
        limitUsd: null,
      }),
    );
  });

  it('says at the field what is wrong and keeps what was typed', async () => {
    const api = createFakeApi();
    jest
      .spyOn(api, 'setBudget')
      .mockRejectedValue(new Error('limitUsd: too much; the month is closed'));
    renderMesh('quotas', api);
    const dialog = await openDialog('Customer Care');
    const amount = dialog.getByRole('textbox');
    await userEvent.clear(amount);
    await userEvent.type(amount, '1e3');
    await userEvent.click(dialog.getByRole('button', { name: 'Save budget' }));
    expect(await dialog.findByText(/expected a plain decimal/)).toBeVisible();
    expect(amount).toBeInvalid();
    expect(amount).toHaveValue('1e3');
    await userEvent.clear(amount);
    await userEvent.type(amount, '1000');
    await userEvent.click(dialog.getByRole('button', { name: 'Save budget' }));
    expect(await dialog.findByText('Too much')).toBeVisible();
    expect(dialog.getByRole('alert')).toHaveTextContent('The month is closed');
    expect(amount).toHaveValue('1000');
  });
});
