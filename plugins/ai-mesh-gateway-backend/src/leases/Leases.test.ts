import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseUsd, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { TEST_DEPARTMENT, TestLogger } from '../__testUtils__/startTestGateway';
import { Journal } from '../journal/Journal';
import { compileSnapshot } from '../snapshot/CompiledSnapshot';
import { setUpLeases, snapshotOf, tick } from './__testUtils__/setUpLeases';
import { Leases } from './Leases';

describe('Leases', () => {
  let directory: string;

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'leases-'));
  });

  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  const setUp = (options: Parameters<typeof setUpLeases>[1]) =>
    setUpLeases(directory, options);

  it('never holds and spends more than it was granted, for any parallel calls', async () => {
    const call = fc.record({
      amount: fc.bigInt({ min: 1n, max: 60n }),
      end: fc.constantFrom('settle', 'release'),
      billShare: fc.integer({ min: 0, max: 100 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { minLength: 1, maxLength: 30 }),
        fc.bigInt({ min: 0n, max: 300n }),
        fc.bigInt({ min: 0n, max: 50n }),
        fc.scheduler(),
        async (calls, budget, spare, scheduler) => {
          const { controlPlane, hold, leases, journal } = setUp({
            budget,
            spare,
          });
          let spent = 0n;
          let held = 0n;
          const request = controlPlane.requestLeases.bind(controlPlane);
          controlPlane.requestLeases = value =>
            scheduler.schedule(Promise.resolve()).then(() => request(value));
          const all = calls.map(async ({ amount, end, billShare }) => {
            await scheduler.schedule(Promise.resolve());
            const taken = await Promise.resolve(hold(amount)).catch(error => {
              if (error.code !== 'insufficient_quota') throw error;
              return undefined;
            });
            if (!taken) return;
            held += amount;
            expect(spent + held <= budget).toBe(true);
            await scheduler.schedule(Promise.resolve());
            held -= amount;
            const bill = (amount * BigInt(billShare)) / 100n;
            if (end === 'release') {
              leases.release(taken);
            } else {
              spent += bill;
              const leaseId = taken.lease.id;
              await journal.settled({
                leaseId,
                costPicoUsd: bill,
                text: JSON.stringify({ leaseId, lines: [] }),
              });
              leases.settle(taken, picoUsd(bill));
            }
            expect(spent + held <= budget).toBe(true);
          });
          await scheduler.waitFor(Promise.all(all));
          expect(held).toBe(0n);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('asks once for all that wait', async () => {
    const { controlPlane, hold } = setUp({ budget: 1000n });
    await Promise.all([hold(10n), hold(20n), hold(30n)]);
    // the first call asks by itself, the others share what follows
    expect(controlPlane.leaseRequestCount).toBeLessThanOrEqual(2);
  });

  it('lets through what fits when not all does', async () => {
    const { hold } = setUp({ budget: 25n });
    const results = await Promise.allSettled([hold(10n), hold(10n), hold(10n)]);
    const fulfilled = results.filter(each => each.status === 'fulfilled');
    expect(fulfilled.length).toBeGreaterThanOrEqual(1);
    expect(fulfilled.length).toBeLessThanOrEqual(2);
  });

  it('hands the rest of a small lease back before it refuses', async () => {
    const { hold, leases } = setUp({ budget: 100n });
    leases.release(await hold(40n)); // a lease of 40 is open, 60 are left
    await expect(hold(90n)).resolves.toMatchObject({ amountPicoUsd: 90n });
  });

  it('remembers a refusal for a moment, and not beyond a new budget', async () => {
    const { controlPlane, hold, leases, snapshot, scope, advance } = setUp({
      budget: 5n,
    });
    await expect(hold(10n)).rejects.toMatchObject({
      code: 'insufficient_quota',
    });
    const asked = controlPlane.leaseRequestCount;
    await expect(hold(10n)).rejects.toMatchObject({
      code: 'insufficient_quota',
    });
    expect(controlPlane.leaseRequestCount).toBe(asked);
    controlPlane.leftPicoUsd = parseUsd('1');
    advance(251);
    await expect(hold(10n)).resolves.toBeDefined();
    snapshot.departments[0].budgetEpoch = 2;
    leases.recall(compileSnapshot(snapshot));
    expect(leases.tryHold(scope, picoUsd(1n))).toBeUndefined();
  });

  it('hands an expired lease back when its last call has ended', async () => {
    const { controlPlane, hold, leases, advance } = setUp({ budget: 100n });
    const taken = await hold(40n);
    advance(61_000);
    leases.sweep();
    expect(controlPlane.leasedPicoUsd).toBe(40n);
    leases.release(taken);
    await leases.shutDown();
    expect(controlPlane.leasedPicoUsd).toBe(0n);
    expect(controlPlane.leftPicoUsd).toBe(100n);
  });

  it.each([
    ['keeps what a former life had at a provider', true, 40n],
    ['hands all back when a former life had seen the end of it', false, 0n],
  ])('%s', async (_name, isInFlight, kept) => {
    const former = setUp({ budget: 100n });
    const taken = await former.hold(40n);
    taken.lease.dispatch(taken);
    if (!isInFlight) former.leases.release(taken);
    former.leases.sweep();
    await former.hold(30n);
    const journal = Journal.open({
      directory: former.journalDirectory,
      logger: new TestLogger(),
    });
    const next = new Leases({
      replicaId: 'gateway-test',
      controlPlane: former.controlPlane,
      journal,
      logger: new TestLogger(),
      clock: Date.now,
      callMs: 600_000,
      flushUsage: async () => {},
      hurryUsage: () => {},
      onEvent: () => {},
    });
    await next.shutDown();
    expect(former.controlPlane.leasedPicoUsd).toBe(kept);
    expect(former.controlPlane.leftPicoUsd).toBe(100n - kept);
    expect(journal.state.leases.size).toBe(0);
  });

  it('hands back the leases of budgets that there are no more', async () => {
    const { controlPlane, hold, leases, scope } = setUp({
      budget: 100n,
      spare: 60n,
    });
    leases.release(await hold(40n));
    expect(controlPlane.leasedPicoUsd).toBe(100n);
    leases.recall(snapshotOf({ ...scope, id: 'another' }));
    await tick();
    expect(controlPlane.leasedPicoUsd).toBe(0n);
  });

  it('lets go of a lease that was granted before the change it has heard of', async () => {
    const { hold, leases, scope } = setUp({ budget: 100n, spare: 60n });
    leases.recall(snapshotOf(scope));
    const pending = hold(10n);
    leases.recall(snapshotOf({ ...scope, epoch: scope.epoch + 1 }));
    const { lease } = await pending;
    expect(lease.state).toBe('draining');
  });

  it('adopts leases of a journal that knew departments only', async () => {
    const { controlPlane, journal, journalDirectory } = setUp({ budget: 100n });
    const [granted] = await controlPlane.requestLeases({
      replicaId: 'gateway-test',
      requests: [{ departmentRef: TEST_DEPARTMENT, neededPicoUsd: '60' }],
    });
    if (granted.outcome !== 'granted') throw new Error('expected a grant');
    journal.leaseGranted({
      leaseId: granted.leaseId,
      departmentRef: TEST_DEPARTMENT,
      grantedPicoUsd: '60',
      budgetEpoch: 1,
      expiresAtMs: 1,
    });
    const next = new Leases({
      replicaId: 'gateway-test',
      controlPlane,
      journal: Journal.open({
        directory: journalDirectory,
        logger: new TestLogger(),
      }),
      logger: new TestLogger(),
      clock: Date.now,
      callMs: 600_000,
      flushUsage: async () => {},
      hurryUsage: () => {},
      onEvent: () => {},
    });
    await next.shutDown();
    expect(controlPlane.leftPicoUsd).toBe(100n);
  });
});
