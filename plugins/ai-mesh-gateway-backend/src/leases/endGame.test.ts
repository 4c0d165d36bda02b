import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LeaseResult, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { TEST_DEPARTMENT } from '../__testUtils__/startTestGateway';
import {
  setUpLeases,
  snapshotOf,
  tick,
  usageText,
} from './__testUtils__/setUpLeases';

describe('in the end-game', () => {
  let directory: string;

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'leases-'));
  });

  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  const setUp = (options: Parameters<typeof setUpLeases>[1]) =>
    setUpLeases(directory, options);

  it('has a lease for each call, which goes back when the call ends', async () => {
    const { controlPlane, hold, leases, events } = setUp({
      budget: 100n,
      endGameBelow: 100n,
    });
    const [first] = await Promise.all([hold(10n)]);
    const [second, third] = await Promise.all([hold(20n), hold(30n)]);
    expect(first.lease.isEndGame).toBe(true);
    expect(second.lease).not.toBe(third.lease);
    expect(controlPlane.leasedPicoUsd).toBe(60n);
    leases.release(third);
    await tick();
    expect(controlPlane.leasedPicoUsd).toBe(30n);
    expect(controlPlane.leftPicoUsd).toBe(70n);
    expect(events).toEqual([
      'lease-request granted',
      'lease-request granted',
      'lease-release accepted',
    ]);
  });

  it('has what is settled delivered at once: others wait for what it did not use', async () => {
    const { hold, leases, journal, hurryUsage, controlPlane } = setUp({
      budget: 100n,
      endGameBelow: 100n,
    });
    const taken = await hold(40n);
    const leaseId = taken.lease.id;
    const usage = { leaseId, costPicoUsd: 1n, text: usageText(leaseId, 1) };
    await journal.settled(usage);
    expect(hurryUsage).not.toHaveBeenCalled();
    leases.settle(taken, picoUsd(1n));
    expect(hurryUsage).toHaveBeenCalledTimes(1);
    await tick();
    expect(controlPlane.leasedPicoUsd).toBe(40n);
    journal.acknowledged(1);
    leases.sweep();
    await tick();
    expect(controlPlane.leasedPicoUsd).toBe(0n);
  });

  it('fetches nothing ahead', async () => {
    const { hold, controlPlane } = setUp({ budget: 100n, endGameBelow: 50n });
    await hold(10n); // of a lease of 50, before the end-game
    await tick();
    await hold(30n);
    await tick();
    expect(controlPlane.leaseRequestCount).toBe(2); // one ahead, which begins the end-game
    expect(controlPlane.leasedPicoUsd).toBe(50n); // and is handed back
    await hold(5n);
    await tick();
    expect(controlPlane.leaseRequestCount).toBe(2);
  });

  it('lets those through that the budget still covers, in the order in which they came', async () => {
    const { hold } = setUp({ budget: 25n, endGameBelow: 100n });
    await hold(5n);
    const results = await Promise.allSettled([hold(10n), hold(15n), hold(10n)]);
    expect(results.map(each => each.status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });

  it('ends with a larger budget', async () => {
    const { controlPlane, hold, leases, scope } = setUp({
      budget: 100n,
      endGameBelow: 100n,
    });
    await hold(10n);
    const larger = { ...scope, epoch: scope.epoch + 5 };
    leases.recall(snapshotOf(larger));
    const request = jest.fn(
      async (): Promise<LeaseResult[]> => [
        {
          outcome: 'granted',
          departmentRef: TEST_DEPARTMENT,
          leaseId: 'a large lease',
          grantedPicoUsd: picoUsd(500n),
          budgetEpoch: larger.epoch,
          expiresAt: '2999-01-01T00:00:00.000Z',
          isEndGame: false,
        },
      ],
    );
    controlPlane.requestLeases = request;
    for (let index = 0; index < 10; index++) await hold(20n);
    expect(request).toHaveBeenCalledTimes(1);
  });
});
