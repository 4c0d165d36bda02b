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

const tableOf = (name: string) => within(screen.getByRole('grid', { name }));

async function departmentRow(name: RegExp) {
  const table = await screen.findByRole('grid', {
    name: 'Budgets by department',
  });
  return within(table).getByRole('row', { name });
}

describe('QuotasPage', () => {
  it('shows that it is loading', async () => {
    const api = createFakeApi();
    jest.spyOn(api.budgets, 'list').mockReturnValue(never());
    renderMesh('quotas', api);
    expect(await screen.findByLabelText('Loading budgets')).toBeInTheDocument();
  });

  it('says what failed', async () => {
    const api = createFakeApi();
    jest.spyOn(api.budgets, 'list').mockRejectedValue(new Error('away'));
    renderMesh('quotas', api);
    expect(await screen.findByRole('alert')).toHaveTextContent('away');
  });

  it('says when the user may not see budgets', async () => {
    const api = createFakeApi();
    jest.spyOn(api.budgets, 'list').mockRejectedValue(notAllowed());
    renderMesh('quotas', api);
    expect(
      await screen.findByText('You are not allowed to see budgets'),
    ).toBeVisible();
  });

  it('says who sees budgets when the user sees none', async () => {
    const api = createFakeApi();
    jest.spyOn(api.budgets, 'list').mockResolvedValue({ items: [], total: 0 });
    renderMesh('quotas', api);
    expect(
      await screen.findByText('No department whose budget you may see'),
    ).toBeVisible();
  });

  it('shows departments side by side, with more than all of it as what it is', async () => {
    renderMesh('quotas', createFakeApi());
    const care = await departmentRow(/Customer Care/);
    expect(care).toHaveTextContent('$600.00');
    expect(care).toHaveTextContent('$511.20');
    expect(care).toHaveTextContent('$88.80');
    expect(care).toHaveTextContent('80 % used');
    const store = await departmentRow(/Online Store/);
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
    const { items } = await api.budgets.list();
    jest.spyOn(api.budgets, 'list').mockResolvedValue({
      items: items.map(item => ({ ...item, canUpdate: false })),
      total: items.length,
    });
    renderMesh('quotas', api);
    await departmentRow(/Customer Care/);
    expect(screen.queryByRole('button', { name: /Set budget/ })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Add budget' })).toBeNull();
    // anybody may ask for a top-up; somebody else decides
    expect(
      screen.getByRole('button', { name: 'Request top-up of Customer Care' }),
    ).toBeVisible();
  });

  it('sets a budget and shows it', async () => {
    renderMesh('quotas', createFakeApi());
    const dialog = await openDialog('Customer Care');
    const amount = dialog.getByRole('textbox', {
      name: 'Amount in USD, per month',
    });
    expect(amount).toHaveValue('600.00');
    await userEvent.clear(amount);
    await userEvent.type(amount, '0.05');
    await userEvent.click(dialog.getByRole('button', { name: 'Save budget' }));
    await waitFor(() =>
      expect(
        tableOf('Budgets by department').getByRole('row', {
          name: /Customer Care/,
        }),
      ).toHaveTextContent('$0.05'),
    );
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(
      screen.getByText('The budget of Customer Care is saved.'),
    ).toBeVisible();
  });

  it('takes the limit away when the field is empty', async () => {
    const api = createFakeApi();
    const setBudget = jest.spyOn(api.budgets, 'change');
    renderMesh('quotas', api);
    const dialog = await openDialog('Customer Care');
    await userEvent.clear(
      dialog.getByRole('textbox', { name: 'Amount in USD, per month' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Save budget' }));
    await waitFor(() =>
      expect(setBudget).toHaveBeenCalledWith(
        'group:default/customer-care',
        expect.objectContaining({ limitUsd: null }),
      ),
    );
  });

  it('says at the field what is wrong and keeps what was typed', async () => {
    const api = createFakeApi();
    jest
      .spyOn(api.budgets, 'change')
      .mockRejectedValue(new Error('limitUsd: too much; the month is closed'));
    renderMesh('quotas', api);
    const dialog = await openDialog('Customer Care');
    const amount = dialog.getByRole('textbox', {
      name: 'Amount in USD, per month',
    });
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

  it('says how the month will end, where it is known, and no more exactly than that', async () => {
    renderMesh('quotas', createFakeApi());
    const care = await departmentRow(/Customer Care/);
    expect(care).toHaveTextContent('≈ $690.00');
    expect(care).toHaveTextContent(/used up about .*25/);
    expect(
      within(care)
        .getAllByTitle(/Threshold at/)
        .map(mark => mark.title),
    ).toEqual([50, 80, 90].map(percent => `Threshold at ${percent} %`));
  });

  it('sets thresholds, what happens at the limit, and what is carried over', async () => {
    const api = createFakeApi();
    const change = jest.spyOn(api.budgets, 'change');
    renderMesh('quotas', api);
    const dialog = await openDialog('Customer Care');
    await userEvent.click(dialog.getByRole('radio', { name: /^Soft/ }));
    await userEvent.click(dialog.getByRole('switch', { name: /^Carry over/ }));
    for (const number of [4, 3, 2]) {
      await userEvent.click(
        dialog.getByRole('button', { name: `Remove threshold ${number}` }),
      );
    }
    await userEvent.click(
      dialog.getByRole('button', { name: 'Add threshold' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Save budget' }));
    expect(
      await dialog.findByText('Whole per cent, from 1 to 200'),
    ).toBeVisible();
    expect(change).not.toHaveBeenCalled();
    const added = within(dialog.getByRole('group', { name: 'Threshold 2' }));
    await userEvent.type(
      added.getByRole('textbox', { name: 'Per cent of the budget' }),
      '95',
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Save budget' }));
    await waitFor(() =>
      expect(change).toHaveBeenCalledWith('group:default/customer-care', {
        limitUsd: '600.00',
        kind: 'soft',
        carryOver: 'unused',
        rules: [
          { at: 50, then: { action: 'notify' } },
          { at: 95, then: { action: 'notify' } },
        ],
      }),
    );
    expect(await departmentRow(/Customer Care/)).toHaveTextContent('soft');
  });

  it('lists budgets of other things, narrowed and ordered by the address', async () => {
    renderMesh('quotas?show=application', createFakeApi());
    const name = 'Budgets of cost centres, applications, keys and models';
    await screen.findByRole('grid', { name });
    const titles = () =>
      tableOf(name)
        .getAllByRole('rowheader')
        .map(each => each.textContent);
    expect(titles()).toEqual([
      'Support botapplication',
      'Support botapplication',
    ]);
    await userEvent.type(
      screen.getByRole('searchbox', { name: 'Search budgets' }),
      'GPT',
    );
    expect(titles()).toHaveLength(1);
    await userEvent.type(
      screen.getByRole('searchbox', { name: 'Search budgets' }),
      'nothing',
    );
    expect(await screen.findByText('No budget matches')).toBeVisible();
  });

  it('adds a budget for one model of an application', async () => {
    const api = createFakeApi();
    const change = jest.spyOn(api.budgets, 'change');
    renderMesh('quotas', api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Add budget' }),
    );
    const choice = within(await screen.findByRole('dialog'));
    await choose(
      await choice.findByRole('button', { name: /Application$/ }),
      'Mail sorter',
    );
    await choose(choice.getByRole('button', { name: /Model/ }), 'gpt-4o-mini');
    await userEvent.click(choice.getByRole('button', { name: 'Continue' }));
    const dialog = within(
      await screen.findByRole('dialog', {
        name: 'Budget of Mail sorter, gpt-4o-mini',
      }),
    );
    await userEvent.type(
      dialog.getByRole('textbox', { name: 'Amount in USD, per month' }),
      '5',
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Save budget' }));
    await waitFor(() =>
      expect(change).toHaveBeenCalledWith(
        'component:default/mail-sorter#gpt-4o-mini',
        expect.objectContaining({ limitUsd: '5' }),
      ),
    );
  });

  it('asks for a top-up with a reason', async () => {
    const api = createFakeApi();
    const request = jest.spyOn(api.budgets, 'requestTopUp');
    renderMesh('quotas', api);
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Request top-up of Customer Care',
      }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    const send = dialog.getByRole('button', { name: 'Request top-up' });
    await userEvent.click(send);
    expect(await dialog.findByText('Say how much')).toBeVisible();
    await userEvent.type(
      dialog.getByRole('textbox', { name: 'Amount in USD' }),
      '75',
    );
    await userEvent.type(
      dialog.getByRole('textbox', { name: 'Reason' }),
      'Black Friday',
    );
    const [month] = within(
      dialog.getByRole('group', { name: 'Last day' }),
    ).getAllByRole('spinbutton');
    await userEvent.click(month);
    await userEvent.keyboard('11272026');
    await userEvent.click(send);
    await waitFor(() =>
      expect(request).toHaveBeenCalledWith('group:default/customer-care', {
        amountUsd: '75',
        reason: 'Black Friday',
        startsAt: undefined,
        endsAt: '2026-11-28T00:00:00.000Z',
      }),
    );
    expect(
      await screen.findByText('The top-up of Customer Care is requested.'),
    ).toBeVisible();
    const topUps = within(await screen.findByRole('grid', { name: 'Top-ups' }));
    expect(await topUps.findByText('Black Friday')).toBeVisible();
  });

  it('approves a top-up, with a reason', async () => {
    renderMesh('quotas', createFakeApi());
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Decide on the top-up of Customer Care',
      }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(/dana asks for \$150.00/)).toBeVisible();
    await userEvent.click(dialog.getByRole('button', { name: 'Approve' }));
    expect(await dialog.findByText('Give a reason')).toBeVisible();
    await userEvent.type(
      dialog.getByRole('textbox', { name: 'Your reason' }),
      'Go ahead',
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Approve' }));
    expect(
      await screen.findByText('The top-up of Customer Care is approved.'),
    ).toBeVisible();
    const topUps = within(await screen.findByRole('grid', { name: 'Top-ups' }));
    expect(await topUps.findByText('Active')).toBeVisible();
    expect(topUps.getByText('Go ahead')).toBeVisible();
    expect(
      screen.queryByRole('button', { name: /Decide on the top-up/ }),
    ).toBeNull();
  });

  it('lists alerts, and says when there are none', async () => {
    const api = createFakeApi();
    renderMesh('quotas', api);
    const alerts = within(await screen.findByRole('grid', { name: 'Alerts' }));
    expect(
      alerts.getByRole('row', { name: /Customer Care/ }),
    ).toHaveTextContent(/80 %Notify\$481.50\$600.00customer-care/);
  });
});

async function choose(button: HTMLElement, option: string) {
  await userEvent.click(button);
  await userEvent.click(await screen.findByRole('option', { name: option }));
}
