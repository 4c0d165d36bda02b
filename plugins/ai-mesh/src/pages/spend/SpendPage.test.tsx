import {
  parseUsd,
  SpendReport,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  createFakeApi,
  never,
  notAllowed,
  renderMesh,
} from '../../__testUtils__/renderMesh';

// The chart has no size in a document without layout; its table twin is what tests and screen readers read.
jest.mock('./SpendChart', () => ({ SpendChart: () => <div>the chart</div> }));

const NOTHING: SpendReport = {
  total: {
    requests: 0n,
    inputTokens: 0n,
    outputTokens: 0n,
    costPicoUsd: ZERO_PICO_USD,
    otherPicoUsd: ZERO_PICO_USD,
    estimatedPicoUsd: ZERO_PICO_USD,
    avoidedPicoUsd: ZERO_PICO_USD,
  },
  series: [],
  rows: [],
  rowCount: 0,
  containsDemoData: false,
};

/** One model, one hour: the hour in which the test runs. */
function reportOf(usd: string, savedUsd = '0'): SpendReport {
  const hourMs = 3_600_000;
  const costPicoUsd = parseUsd(usd);
  const total = {
    requests: 2n,
    inputTokens: 1_000n,
    outputTokens: 234n,
    costPicoUsd,
    otherPicoUsd: ZERO_PICO_USD,
    estimatedPicoUsd: ZERO_PICO_USD,
    avoidedPicoUsd: parseUsd(savedUsd),
  };
  return {
    ...NOTHING,
    total,
    rows: [{ ...total, id: 'gpt-4o', label: 'gpt-4o' }],
    rowCount: 1,
    series: [
      {
        from: new Date(Math.floor(Date.now() / hourMs) * hourMs).toISOString(),
        id: 'gpt-4o',
        costPicoUsd,
      },
    ],
  };
}

describe('SpendPage', () => {
  it('shows that it is loading', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'getSpend').mockReturnValue(never());
    renderMesh('spend', api);
    expect(await screen.findByLabelText('Loading spend')).toBeInTheDocument();
  });

  it('says what failed', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'getSpend').mockRejectedValue(new Error('away'));
    renderMesh('spend', api);
    expect(await screen.findByRole('alert')).toHaveTextContent('away');
  });

  it('says when the user may not see spend', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'getSpend').mockRejectedValue(notAllowed());
    renderMesh('spend', api);
    expect(
      await screen.findByText('You are not allowed to see spend'),
    ).toBeVisible();
  });

  it('says that nothing was spent, and that nothing of nothing is no share', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'getSpend').mockResolvedValue(NOTHING);
    renderMesh('spend', api);
    expect(
      await screen.findByText('Nothing was spent in this time'),
    ).toBeVisible();
    expect(screen.getByText('–')).toBeVisible();
    expect(screen.queryByText('Demo data')).not.toBeInTheDocument();
  });

  it('shows what machines cost, also where nobody called a model', async () => {
    const api = createFakeApi();
    const { total, ...report } = reportOf('12.50');
    const machines = {
      ...total,
      requests: 0n,
      inputTokens: 0n,
      outputTokens: 0n,
      otherPicoUsd: total.costPicoUsd,
    };
    jest.spyOn(api, 'getSpend').mockResolvedValue({
      ...report,
      total: machines,
      rows: [{ ...machines, id: 'gpu', label: 'Standard_NC24ads_A100_v4' }],
    });
    renderMesh('spend', api);
    const row = await screen.findByRole('row', { name: /Standard_NC24ads/ });
    expect(row).toHaveTextContent('$12.50');
    expect(
      screen.queryByText('Nothing was spent in this time'),
    ).not.toBeInTheDocument();
  });

  it('says who sees spend when the user sees none', async () => {
    const api = createFakeApi();
    jest
      .spyOn(api, 'listDepartments')
      .mockResolvedValue({ items: [], total: 0 });
    renderMesh('spend', api);
    expect(
      await screen.findByText('No department whose spend you may see'),
    ).toBeVisible();
  });

  it('shows exact money by group, and marks demo data', async () => {
    const api = createFakeApi();
    jest
      .spyOn(api, 'getSpend')
      .mockResolvedValue({ ...reportOf('0.0000213'), containsDemoData: true });
    renderMesh('spend', api);
    const row = await screen.findByRole('row', { name: /gpt-4o/ });
    expect(within(row).getByText('$0.0000213')).toHaveAttribute(
      'title',
      '0.0000213 USD',
    );
    expect(row).toHaveTextContent('1,234');
    expect(row).toHaveTextContent('100 %');
    expect(screen.getByText('Demo data')).toBeVisible();
    expect(await screen.findByText('the chart')).toBeVisible();
  });

  it.each([
    ['0.0125', '$0.0125'],
    ['-0.0125', '-$0.0125'],
  ])(
    'shows that %s USD were saved, and says what that means',
    async (usd, shown) => {
      const api = createFakeApi();
      jest.spyOn(api, 'getSpend').mockResolvedValue(reportOf('1.00', usd));
      renderMesh('spend', api);
      const row = await screen.findByRole('row', { name: /gpt-4o/ });
      expect(within(row).getByText(shown)).toHaveAttribute(
        'title',
        `${usd} USD`,
      );
      expect(screen.getAllByText(shown)).toHaveLength(2); // the row and the total
      expect(
        screen.getByText(/a cheaper model or the cache answered/),
      ).toBeVisible();
      expect(
        screen.getByRole('button', { name: 'What saved means' }),
      ).toBeVisible();
    },
  );

  it('shows a new call by itself, without going blank', async () => {
    const api = createFakeApi();
    jest
      .spyOn(api, 'getSpend')
      .mockResolvedValueOnce(reportOf('1.00'))
      .mockResolvedValue(reportOf('1.25'));
    renderMesh('spend', api);
    const row = await screen.findByRole('row', { name: /gpt-4o/ });
    expect(row).toHaveTextContent('$1.00');
    await waitFor(() => expect(row).toHaveTextContent('$1.25'), {
      timeout: 2_000,
    });
    expect(row).toBeInTheDocument();
  });

  it('says the same as the chart in a table', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'getSpend').mockResolvedValue(reportOf('1.50'));
    renderMesh('spend', api);
    await userEvent.click(await screen.findByRole('radio', { name: 'Table' }));
    const twin = await screen.findByRole('grid', { name: 'Cost per hour' });
    expect(
      within(twin)
        .getAllByRole('columnheader')
        .map(head => head.textContent),
    ).toEqual(['Hour', 'gpt-4o', 'Total']);
    const rows = within(twin).getAllByRole('row').slice(1);
    expect(rows).toHaveLength(1);
    expect(within(rows[0]).getAllByText('$1.50')).toHaveLength(2);
    expect(screen.queryByText('the chart')).not.toBeInTheDocument();
  });

  it('asks the server for what the address says', async () => {
    const api = createFakeApi();
    const getSpend = jest.spyOn(api, 'getSpend');
    renderMesh(
      'spend?department=group:default/customer-care&range=30d&by=key&sort=label&order=ascending',
      api,
    );
    await waitFor(() => expect(getSpend).toHaveBeenCalled());
    expect(getSpend.mock.calls[0][0]).toMatchObject({
      departmentRef: 'group:default/customer-care',
      interval: 'day',
      groupBy: 'key',
      orderBy: 'label',
      order: 'asc',
    });
    expect(
      await screen.findByRole('grid', { name: 'Spend by key' }),
    ).toBeVisible();
  });
});
