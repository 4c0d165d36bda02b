import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { replica, target } from '../../__testUtils__/fakeReplicas';
import {
  createFakeApi,
  never,
  NOW,
  renderMesh,
} from '../../__testUtils__/renderMesh';

const NONE = { items: [], routingProblems: [] };

async function rowsOf(table: string) {
  const grid = await screen.findByRole('grid', { name: table });
  return within(grid).getAllByRole('row').slice(1);
}

describe('GatewayPage', () => {
  it('shows that it is loading', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listReplicas').mockReturnValue(never());
    renderMesh('gateway', api);
    expect(
      await screen.findByLabelText('Loading gateway health'),
    ).toBeInTheDocument();
  });

  it('says what failed and tries again', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listReplicas').mockRejectedValueOnce(new Error('away'));
    renderMesh('gateway', api);
    expect(await screen.findByRole('alert')).toHaveTextContent('away');
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await rowsOf('Replicas')).toHaveLength(3);
  });

  it('says how to start a gateway when there is none, and still what is wrong with the routing', async () => {
    const api = createFakeApi();
    const routingProblems = [
      { setting: 'aiMesh.routing.x', problem: 'there is no model "x"' },
    ];
    jest
      .spyOn(api, 'listReplicas')
      .mockResolvedValue({ ...NONE, routingProblems });
    renderMesh('gateway', api);
    expect(
      await screen.findByText('No gateway was heard of within a day'),
    ).toBeVisible();
    expect(screen.getByText('npm start -w packages/gateway')).toBeVisible();
    expect(screen.getByText('aiMesh.routing.x')).toBeVisible();
    expect(screen.queryByRole('grid')).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Model/ })).toBeNull();
  });

  it('sums up in one line, and shows what is left out of the routing', async () => {
    renderMesh('gateway', createFakeApi());
    expect(
      await screen.findByText(
        '3 targets well, 1 left alone; 2 replicas, 1 more not heard of',
      ),
    ).toBeVisible();
    expect(
      screen.getByText('One part of the configured routing is left out'),
    ).toBeVisible();
    expect(
      screen.getByText('aiMesh.routing.gpt-4o.fallbacks[1]').closest('li'),
    ).toHaveTextContent('there is no model "gpt-3.5-turbo" in the catalog');
  });

  it('says nothing of the routing when all of it holds', async () => {
    const api = createFakeApi();
    const { items } = await api.listReplicas();
    jest
      .spyOn(api, 'listReplicas')
      .mockResolvedValue({ items, routingProblems: [] });
    renderMesh('gateway', api);
    await rowsOf('Targets');
    expect(screen.queryByText(/of the configured routing/)).toBeNull();
  });

  it('shows the targets as all live replicas see them together, the worst first', async () => {
    renderMesh('gateway', createFakeApi());
    const [worst, ...others] = await rowsOf('Targets');
    expect(others).toHaveLength(3);
    expect(worst).toHaveTextContent('azure-us/gpt-4o');
    expect(worst).toHaveTextContent('Left alone');
    expect(worst).toHaveTextContent('by 1 of 2 replicas');
    expect(worst).toHaveTextContent('21'); // failures of 48 calls
    expect(worst).toHaveTextContent('44 %');
    expect(worst).toHaveTextContent('2,211');
    expect(worst).toHaveTextContent('Timeout');
    const candidate = screen.getByRole('row', { name: /llama-3-8b/ });
    expect(candidate).toHaveTextContent('Candidate');
    expect(candidate).toHaveTextContent('Well');
  });

  it('shows each replica with what is wrong with it, in words', async () => {
    renderMesh('gateway', createFakeApi());
    const [, second, gone] = await rowsOf('Replicas');
    expect(second).toHaveTextContent('gateway-2');
    expect(second).toHaveTextContent('Alive');
    expect(second).toHaveTextContent('Same as the others');
    expect(second).toHaveTextContent('1,204');
    expect(second).toHaveTextContent('oldest waits 3 min');
    expect(second).toHaveTextContent('17');
    expect(second).toHaveTextContent('Its own share only');
    expect(second).toHaveTextContent('the shared store does not answer');
    expect(gone).toHaveTextContent('gateway-0');
    expect(gone).toHaveTextContent('Not heard of');
    expect(gone).not.toHaveTextContent('In memory'); // of what it did, nothing is known any more
  });

  it('takes model and order from the address', async () => {
    renderMesh(
      'gateway?model=gpt-4o&sort=target&order=ascending',
      createFakeApi(),
    );
    const rows = await rowsOf('Targets');
    expect(rows.map(row => row.textContent)).toEqual([
      expect.stringMatching(/^azure-eu\/gpt-4o/),
      expect.stringMatching(/^azure-us\/gpt-4o/),
    ]);
    expect(
      screen.getByRole('columnheader', { name: /^Target/ }),
    ).toHaveAttribute('aria-sort', 'ascending');
    expect(screen.getByText(/3 targets well, 1 left alone/)).toBeVisible();
  });

  it('narrows to a model, sorts, and shows all again, by keyboard alone', async () => {
    renderMesh('gateway', createFakeApi());
    await rowsOf('Targets');
    act(() => screen.getByRole('button', { name: /Model/ }).focus());
    await userEvent.keyboard('{Enter}');
    await screen.findByRole('option', { name: 'gpt-4o-mini' });
    await userEvent.keyboard('gpt-4o-mini{Enter}');
    await waitFor(async () => expect(await rowsOf('Targets')).toHaveLength(1));
    await userEvent.keyboard('{Enter}{Home}{Enter}');
    await waitFor(async () => expect(await rowsOf('Targets')).toHaveLength(4));
    act(() => screen.getByRole('columnheader', { name: /^Calls/ }).focus());
    await userEvent.keyboard('{Enter}');
    const [least] = await rowsOf('Targets');
    expect(least).toHaveTextContent('in-house/llama-3-8b');
  });

  it('says so when the model of a link has no target any more', async () => {
    renderMesh('gateway?model=gone', createFakeApi());
    expect(await screen.findByText('No target of this model')).toBeVisible();
    expect(await rowsOf('Replicas')).toHaveLength(3);
  });

  it('says so when the replicas that are alive know no target yet', async () => {
    const api = createFakeApi();
    jest.spyOn(api, 'listReplicas').mockResolvedValue({
      ...NONE,
      items: [
        replica('gateway-1', new Date(NOW), { snapshotVersion: undefined }),
      ],
    });
    renderMesh('gateway', api);
    expect(await screen.findByText('No target is told of')).toBeVisible();
    expect((await rowsOf('Replicas'))[0]).toHaveTextContent('None yet');
  });

  it('shows by itself that a target is left alone', async () => {
    jest.useFakeTimers();
    try {
      const user = target('a/x', 'x');
      const api = createFakeApi();
      jest
        .spyOn(api, 'listReplicas')
        .mockResolvedValueOnce({
          ...NONE,
          items: [replica('gateway-1', new Date(NOW), { targets: [user] })],
        })
        .mockResolvedValue({
          ...NONE,
          items: [
            replica('gateway-1', new Date(NOW), {
              targets: [{ ...user, circuit: 'open' }],
            }),
          ],
        });
      renderMesh('gateway', api);
      expect(await screen.findByText('1 target well; 1 replica')).toBeVisible();
      await act(() => jest.advanceTimersByTimeAsync(5_000));
      expect(
        await screen.findByText('0 targets well, 1 left alone; 1 replica'),
      ).toBeVisible();
    } finally {
      jest.useRealTimers();
    }
  });
});
