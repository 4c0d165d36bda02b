import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { World } from './__testUtils__/World';

jest.setTimeout(30_000);

const REPLICAS = 3;

/** What happens, in any order: tasks of the scheduler. */
type Event =
  | {
      kind: 'call';
      amount: bigint;
      billShare: number;
      isVoid: boolean;
      slot: number;
    }
  | {
      kind: 'crash' | 'cut' | 'heal' | 'lose' | 'recall' | 'sweep';
      slot: number;
    };

const slots = fc.integer({ min: 0, max: REPLICAS - 1 });
const calls = fc.record({
  kind: fc.constant('call' as const),
  amount: fc.bigInt({ min: 1n, max: 40n }),
  billShare: fc.integer({ min: 1, max: 100 }),
  isVoid: fc.constantFrom(false, false, false, true),
  slot: slots,
});
const news = fc.record({
  kind: fc.constantFrom('recall', 'sweep'),
  slot: slots,
});
const faults = fc.record({
  kind: fc.constantFrom('crash', 'cut', 'heal', 'lose'),
  slot: slots,
});

describe('the budget of several gateways', () => {
  let directory: string;

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'leases-'));
  });

  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  async function play(
    events: readonly Event[],
    options: { budget: bigint; endGameBelow: bigint },
    scheduler: {
      pause: () => Promise<void>;
      run: (all: Promise<unknown>) => Promise<unknown>;
    },
    onWorld: (world: World) => void,
  ) {
    const world = new World({
      ...options,
      directory: fs.mkdtempSync(path.join(directory, 'world-')),
      replicas: REPLICAS,
      pause: scheduler.pause,
    });
    onWorld(world);
    const all = events.map(async (event, index) => {
      await scheduler.pause();
      const replica = world.replicas[event.slot];
      switch (event.kind) {
        case 'call':
          await world.call(event.slot, `req_${index}`, event);
          break;
        case 'crash':
          world.crash(event.slot);
          break;
        case 'cut':
          replica.isCutOff = true;
          break;
        case 'heal':
          replica.heal();
          break;
        case 'lose':
          replica.losesAnswer = true;
          break;
        case 'recall':
          await replica.recall();
          break;
        default:
          replica.leases.sweep();
      }
    });
    await scheduler.run(Promise.all(all));
    await scheduler.run(world.end());
    return world;
  }

  it.each([
    ['in any order', [calls, calls, calls, news]],
    [
      'when gateways die and lines are cut',
      [calls, calls, calls, calls, news, faults],
    ],
  ])(
    'is never overspent, nothing is booked twice or lost: %s',
    async (_, kinds) => {
      let world: World | undefined;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof(...kinds), {
            minLength: 10,
            maxLength: 60,
            size: 'max',
          }),
          fc.bigInt({ min: 0n, max: 600n }),
          fc.integer({ min: 0, max: 100 }),
          fc.scheduler({
            act: async run => {
              await run();
              world?.check();
            },
          }),
          async (events, budget, endGameShare, scheduler) => {
            await play(
              events,
              { budget, endGameBelow: (budget * BigInt(endGameShare)) / 100n },
              {
                pause: () => scheduler.schedule(Promise.resolve()),
                run: all => scheduler.waitFor(all),
              },
              made => {
                world = made;
              },
            );
          },
        ),
        { numRuns: 60 },
      );
    },
  );
});
