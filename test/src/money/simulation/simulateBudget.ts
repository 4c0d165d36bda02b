import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRandom } from '@sovereign-ai-mesh/model-simulator';
import {
  parseUsd,
  PicoUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { createDatabase } from '../../harness/database';
import { CentralBudget } from './CentralBudget';
import { costShare } from './costShare';
import { SimulatedGateway } from './SimulatedGateway';
import { VirtualTime } from './VirtualTime';

/** The dearest that calls can cost; their mean is 23 % of it. */
const WORST = ['0.02', '0.05', '0.10', '0.20'].map(parseUsd);
const MEAN_CALL_MS = 2000;
const RETRY_MS = 500;
const NOON = Date.parse('2026-11-22T12:00:00Z');

/** The dearest of all calls. */
export const DEAREST_CALL = WORST[WORST.length - 1];

/** What became of a budget. Money in pico-USD. */
export interface BudgetCourse {
  calls: number;
  spent: bigint;
  /** The most that was spent and held at any moment. */
  mostAtOnce: bigint;
  /** As the control plane has it at the end. */
  settled: bigint;
  leased: bigint;
  leaseRequests: number;
  leaseReleases: number;
  /** Of usage; not counted as round trips, since they carry many calls and none waits for them. */
  deliveries: number;
  /** Lease requests and releases, a call. */
  tripsPerCall: number;
}

/**
 * Uses a budget up in virtual time: gateways with real leases and journals, the real control plane's rules on SQLite.
 * Each caller calls again and again until nothing more fits. The set-up is that of the research (closed loop,
 * exponential times, Beta(1.2, 4) of the worst case).
 *
 * @param options - `callers`: at each gateway
 */
export async function simulateBudget(options: {
  gateways: number;
  callers: number;
  budget: PicoUsd;
  seed: number;
}): Promise<BudgetCourse> {
  const { budget } = options;
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'leases-'));
  const holder = await createDatabase('SQLITE_3');
  const database = await holder.create();
  try {
    await database.raw('pragma journal_mode = memory');
    await database.raw('pragma synchronous = off'); // it need not outlive the simulation
    const time = new VirtualTime(NOON);
    const central = await CentralBudget.open({ database, limit: budget, time });
    const gateways = Array.from(
      { length: options.gateways },
      (_, index) =>
        new SimulatedGateway({
          central,
          time,
          replicaId: `gateway-${index}`,
          directory: path.join(directory, `gateway-${index}`),
        }),
    );
    const course = await useUp(gateways, { ...options, time });
    const { settled, leased } = await central.balance();
    const { leaseRequests, leaseReleases, deliveries } = central;
    return {
      ...course,
      settled,
      leased,
      leaseRequests,
      leaseReleases,
      deliveries,
      tripsPerCall: (leaseRequests + leaseReleases) / course.calls,
    };
  } finally {
    await database.destroy();
    await holder.remove();
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

async function useUp(
  gateways: readonly SimulatedGateway[],
  options: { callers: number; seed: number; time: VirtualTime },
): Promise<{ calls: number; spent: bigint; mostAtOnce: bigint }> {
  const { time } = options;
  const random = createRandom(options.seed);
  const course = { calls: 0, spent: 0n, mostAtOnce: 0n };
  let held = 0n;
  let underWay = 0;
  let isUsedUp = false;

  async function caller(gateway: SimulatedGateway): Promise<void> {
    await time.sleep(random() * MEAN_CALL_MS);
    while (!isUsedUp) {
      const amount = WORST[Math.floor(random() * WORST.length)];
      const hold = await holdOrNot(gateway, amount);
      if (!hold) {
        isUsedUp ||= underWay === 0 && amount === WORST[0];
        await time.sleep(RETRY_MS);
        continue;
      }
      underWay += 1;
      held += amount;
      const atOnce = course.spent + held;
      if (atOnce > course.mostAtOnce) course.mostAtOnce = atOnce;
      hold.lease.dispatch(hold);
      await time.sleep(-Math.log(1 - random()) * MEAN_CALL_MS);
      const share = costShare(random);
      const bill = picoUsd(BigInt(Math.round(Number(amount) * share)));
      course.calls += 1;
      await gateway.settle(hold, `req_${course.calls}`, bill);
      underWay -= 1;
      held -= amount;
      course.spent += bill;
    }
  }

  const all = gateways.flatMap(gateway =>
    Array.from({ length: options.callers }, () => caller(gateway)),
  );
  const ended = Promise.all(all).then(() =>
    Promise.all(gateways.map(gateway => gateway.close())),
  );
  await time.run();
  await ended;
  return course;
}

/** @returns undefined when the budget does not cover it */
async function holdOrNot(gateway: SimulatedGateway, amount: PicoUsd) {
  try {
    return await gateway.hold(amount);
  } catch {
    return undefined;
  }
}
