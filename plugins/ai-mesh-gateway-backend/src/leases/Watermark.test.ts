import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { TestLogger } from '../__testUtils__/startTestGateway';
import { Journal } from '../journal/Journal';
import { Hold, Lease } from './Lease';

const GRANTED = 1000n;

function take(lease: Lease, amount: bigint): Hold {
  const hold = lease.tryHold(picoUsd(amount));
  if (!hold) throw new Error('The lease does not cover it');
  return hold;
}

describe('the watermark of a lease', () => {
  let directory: string;

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'watermark-'));
  });

  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  function grant(writeWatermark: (atMostPicoUsd: bigint) => void) {
    return new Lease({
      id: 'lease-1',
      budgets: { departmentRef: 'group:default/customer-care' },
      scopeId: 'customer-care',
      grantedPicoUsd: picoUsd(GRANTED),
      budgetEpoch: 1,
      expiresAtMs: 1,
      writeWatermark,
    });
  }

  /** A lease, its journal, and what is truly in flight. */
  class World {
    readonly inFlight: Hold[] = [];
    readonly lease: Lease;
    spent = 0n;
    #callCount = 0;
    readonly #journal: Journal;

    constructor() {
      fs.rmSync(directory, { recursive: true, force: true });
      this.#journal = this.#open();
      this.lease = grant(atMost => this.#journal.inFlight('lease-1', atMost));
      this.#journal.leaseGranted({
        leaseId: 'lease-1',
        ...this.lease.budgets,
        grantedPicoUsd: GRANTED.toString(),
        budgetEpoch: 1,
        expiresAtMs: 1,
      });
    }

    get inFlightPicoUsd() {
      return this.inFlight.reduce((sum, each) => sum + each.amountPicoUsd, 0n);
    }

    dispatch(amount: bigint) {
      const hold = this.lease.tryHold(picoUsd(amount));
      if (!hold) return;
      this.lease.dispatch(hold);
      this.inFlight.push(hold);
    }

    async settle(share: bigint) {
      const hold = this.inFlight.shift();
      if (!hold) return;
      const cost = (hold.amountPicoUsd * share) / 100n;
      this.#callCount += 1;
      const leaseId = 'lease-1';
      const lines = [{ costPicoUsd: String(cost) }];
      await this.#journal.settled({
        leaseId,
        costPicoUsd: cost,
        text: JSON.stringify({ leaseId, lines }),
      });
      this.lease.settle(hold, picoUsd(cost));
      this.spent += cost;
      if (share % 2n === 0n) this.#journal.acknowledged(this.#callCount);
    }

    void() {
      const hold = this.inFlight.pop();
      if (hold) this.lease.release(hold);
    }

    /** What stays held when the process ends here. */
    keptByCrash() {
      return this.#open().state.keepAfterCrash('lease-1');
    }

    #open() {
      // so small that what was written is summed up all the time
      const logger = new TestLogger();
      return Journal.open({ directory, logger, segmentBytes: 600 });
    }
  }

  it('never keeps less than was in flight, nor anything when idle, whatever happened', async () => {
    const event = fc.record({
      kind: fc.constantFrom('dispatch', 'dispatch', 'settle', 'void', 'sweep'),
      amount: fc.bigInt({ min: 1n, max: 400n }),
      share: fc.bigInt({ min: 0n, max: 100n }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), async events => {
        const world = new World();
        let peak = 0n;
        for (const { kind, amount, share } of events) {
          if (kind === 'dispatch') world.dispatch(amount);
          if (kind === 'settle') await world.settle(share);
          if (kind === 'void') world.void();
          if (world.inFlightPicoUsd > peak) peak = world.inFlightPicoUsd;
          if (kind !== 'sweep') continue;
          world.lease.lowerWatermark();
          const bound = 2n * world.inFlightPicoUsd;
          if (bound < peak) peak = bound;
        }
        expect(world.lease.atProviderPicoUsd).toBe(world.inFlightPicoUsd);
        const kept = world.keptByCrash();
        expect(kept >= world.inFlightPicoUsd).toBe(true);
        expect(kept <= 2n * peak).toBe(true);
        expect(kept <= GRANTED - world.spent).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves nothing held by a crash of an idle gateway', async () => {
    const ends = fc.array(fc.constantFrom('settle', 'void'), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(ends, async all => {
        const world = new World();
        for (const _ of all) world.dispatch(100n);
        for (const end of all) {
          if (end === 'settle') await world.settle(10n);
          else world.void();
        }
        world.lease.lowerWatermark();
        expect(world.keptByCrash()).toBe(0n);
      }),
      { numRuns: 20 },
    );
  });

  it('writes as often as the load doubles, and nothing while it is steady', () => {
    const written: bigint[] = [];
    const lease = grant(atMost => written.push(atMost));
    const inFlight: Hold[] = [];
    for (let index = 0; index < 10_000; index++) {
      const oldest = inFlight.length === 64 ? inFlight.shift() : undefined;
      if (oldest) lease.release(oldest);
      const hold = take(lease, 10n);
      lease.dispatch(hold);
      inFlight.push(hold);
      if (index % 100 === 99) lease.lowerWatermark();
    }
    expect(written).toEqual([20n, 60n, 140n, 300n, 620n, 1000n]);
    for (const hold of inFlight) lease.release(hold);
    lease.lowerWatermark();
    lease.lowerWatermark();
    expect(written.slice(6)).toEqual([0n]);
  });

  it('sends nothing that is not on record', () => {
    let isFull = true;
    const lease = grant(() => {
      if (isFull) throw new Error('no space left');
    });
    const hold = take(lease, 10n);
    expect(() => lease.dispatch(hold)).toThrow('no space left');
    expect(lease.atProviderPicoUsd).toBe(0n);
    isFull = false;
    lease.dispatch(hold);
    expect(lease.atProviderPicoUsd).toBe(10n);
    expect(() => lease.dispatch(hold)).toThrow('dispatched twice');
    isFull = true;
    lease.release(hold);
    expect(() => lease.lowerWatermark()).toThrow('no space left');
    isFull = false;
    lease.dispatch(take(lease, 20n)); // covered by what was written
  });
});
