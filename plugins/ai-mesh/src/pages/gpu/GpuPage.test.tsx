import {
  GpuCostReport,
  parseUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { fakeGpuCosts } from '../../__testUtils__/fakeGpu';
import {
  createFakeApi,
  never,
  notAllowed,
  NOW,
  renderLegacy,
  renderMesh,
} from '../../__testUtils__/renderMesh';

// The chart has no size in a document without layout; its table twin is what tests and screen readers read.
jest.mock('../spend/SpendChart', () => ({
  SpendChart: () => <div>the chart</div>,
}));

const QUERY = { from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' };
const REPORT = fakeGpuCosts(QUERY, new Date(NOW));
const NOTHING: GpuCostReport = {
  ...fakeGpuCosts({ ...QUERY, to: QUERY.from }, new Date(NOW)),
  rows: [],
  rowCount: 0,
  spot: [],
  containsDemoData: false,
};

function setup(report: GpuCostReport | Promise<GpuCostReport>) {
  const api = createFakeApi();
  const getCosts = jest
    .spyOn(api.gpu, 'getCosts')
    .mockImplementation(async () => report);
  return { api, getCosts };
}

/** The row of a pool in the table of costs. */
async function findTraining() {
  const table = await screen.findByRole('grid', { name: 'GPU cost: pool' });
  return within(table).getByRole('row', { name: /training/ });
}

describe('GpuPage', () => {
  it('shows that it is loading', async () => {
    const { api } = setup(never());
    renderMesh('gpu', api);
    expect(
      await screen.findByLabelText('Loading GPU cost'),
    ).toBeInTheDocument();
  });

  it.each([
    [new Error('away'), 'away'],
    [notAllowed(), 'You are not allowed to see GPU cost'],
  ])('says what failed: %s', async (error, text) => {
    const api = createFakeApi();
    jest.spyOn(api.gpu, 'getCosts').mockRejectedValue(error);
    renderMesh('gpu', api);
    expect(await screen.findByText(text)).toBeVisible();
  });

  it('says how usage comes in when there is none', async () => {
    const { api } = setup(NOTHING);
    renderMesh('gpu', api);
    expect(
      await screen.findByText('No GPU usage was recorded in this time'),
    ).toBeVisible();
    expect(
      screen.getByText(/POST \/api\/ai-mesh\/v1\/gpu\/usage/),
    ).toBeVisible();
    expect(screen.getByText(/three weeks of recorded usage/)).toBeVisible();
    expect(screen.queryByText('Demo data')).not.toBeInTheDocument();
  });

  it('says so of departments to who does not see whole machines', async () => {
    const { api } = setup({ ...NOTHING, seesMachines: false });
    renderMesh('gpu', api);
    expect(
      await screen.findByText('Your departments had no GPUs in this time'),
    ).toBeVisible();
  });

  it('shows the bill and its three ledgers, which sum to it, exactly', async () => {
    const { api } = setup(REPORT);
    renderMesh('gpu', api);
    const row = await findTraining();
    const [, training] = REPORT.rows;
    for (const amount of [
      training.billedPicoUsd,
      training.usedPicoUsd,
      training.idlePicoUsd,
      training.unallocatedPicoUsd,
    ]) {
      const exact = within(row)
        .getAllByTitle(/USD$/)
        .map(each => each.title);
      expect(exact.map(text => parseUsd(text.replace(' USD', '')))).toContain(
        amount,
      );
    }
    expect(row).toHaveTextContent('86 %'); // allocated: (2 + 1) of 3.5
    expect(row).toHaveTextContent('57 %'); // used: 2 of 3.5
    expect(row).toHaveTextContent('$307.11');
    expect(screen.getByText('Demo data')).toBeVisible();
    expect(await screen.findByText('the chart')).toBeVisible();
    const legend = screen.getByRole('list', { name: 'Groups in the chart' });
    expect(
      within(legend)
        .getAllByRole('listitem')
        .map(each => each.textContent?.replace(/\$.*/, '')),
    ).toEqual([
      'Used',
      'Idle while allocated',
      'Unallocated',
      'Used, not measured',
    ]);
  });

  it('says the same as the chart in a table', async () => {
    const { api } = setup(REPORT);
    renderMesh('gpu?view=table', api);
    const table = await screen.findByRole('grid', { name: 'Cost per day' });
    expect(within(table).getAllByRole('row')).toHaveLength(2); // head and one day
    expect(
      within(table).getAllByTitle(
        `${formatted(REPORT.total.billedPicoUsd)} USD`,
      ),
    ).toHaveLength(1);
  });

  it('shows spot against on-demand with the work that evictions cost', async () => {
    const { api } = setup(REPORT);
    renderMesh('gpu', api);
    const table = await screen.findByRole('grid', {
      name: 'Spot against on-demand',
    });
    const row = within(table).getByRole('row', { name: /training/ });
    for (const text of [
      'November 2026',
      '120.0',
      '$132.00',
      '100 %',
      '$440.76',
      '7',
      '1.5',
      '$1.65',
      '$307.11',
    ]) {
      expect(within(row).getByText(text)).toBeVisible();
    }
  });

  it('names machines without a price, which are in no sum', async () => {
    const { api } = setup({
      ...NOTHING,
      waiting: [
        {
          vmSize: 'Standard_NC6s_v3',
          region: 'westeurope',
          priority: 'spot',
          records: 12,
          seconds: 41_400n,
          since: NOW,
        },
      ],
    });
    renderMesh('gpu', api);
    const table = await screen.findByRole('grid', {
      name: 'Waiting for a price',
    });
    const row = within(table).getByRole('row', { name: /Standard_NC6s_v3/ });
    for (const text of ['Spot', '12', '11.5', 'No price']) {
      expect(within(row).getByText(text)).toBeVisible();
    }
  });

  it('keeps what it is asked in the address, and asks the server for it', async () => {
    const { api, getCosts } = setup(REPORT);
    renderMesh('gpu?by=department&pool=training&range=last-month', api);
    await waitFor(() =>
      expect(getCosts).toHaveBeenCalledWith(
        expect.objectContaining({
          groupBy: 'department',
          pool: 'training',
          orderBy: 'billed',
          order: 'desc',
          offset: 0,
        }),
        expect.anything(),
      ),
    );
    await userEvent.click(
      await screen.findByRole('columnheader', { name: /^Idle/ }),
    );
    await waitFor(() =>
      expect(getCosts).toHaveBeenLastCalledWith(
        expect.objectContaining({ orderBy: 'idle' }),
        expect.anything(),
      ),
    );
    expect(
      screen.queryByRole('columnheader', { name: /Spot saved/ }),
    ).not.toBeInTheDocument(); // a saving is of whole machines
  });

  it('stands in portals on the legacy frontend system, too', async () => {
    const { api } = setup(REPORT);
    await renderLegacy('gpu', api);
    expect(await findTraining()).toBeVisible();
  });
});

function formatted(amount: bigint): string {
  const digits = picoUsd(amount).toString().padStart(13, '0');
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/0+$/, '');
}
