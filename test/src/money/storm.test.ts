import { createRandom } from '@sovereign-ai-mesh/model-simulator';
import {
  parseUsd,
  PicoUsd,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { billOf, untilBooked } from '../harness/booked';
import { DEPARTMENT_REF, ROOT_REF } from '../harness/exampleCompany';
import { FaultProxy } from '../harness/FaultProxy';
import { Installation } from '../harness/Installation';
import { CALL, ParallelCalls } from './ParallelCalls';
import { Fleet } from './Fleet';

/** 10,000 in `npm run test:money`. */
const CALLS = Number(process.env.AI_MESH_TEST_MONEY_CALLS ?? '400');
const IS_WHOLE = CALLS >= 10_000;
const SEED = Number(process.env.AI_MESH_TEST_SEED ?? '1');
const POSTGRES_URL =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING;

/** A call costs about 0.0004 USD: some six in ten of the calls use the budget up. */
const BUDGET_USD = (0.00025 * CALLS).toFixed(4);

/** How many calls the money is enough for, whatever stays held for those that died. */
const AFFORDABLE = CALLS / 3;

/** Gateways that are killed; with every second one the database goes, too. */
const BLOWS = IS_WHOLE ? 12 : 1;

/** How often what came back late is asked for again. */
const MOST_ROUNDS = 10;

/** Dearer than any call of {@link CALL} is held: its bytes as tokens, some for the message, and the longest answer. */
const WORST_CALL = parseUsd(
  (
    (JSON.stringify({ ...CALL, stream: true }).length + 200) * 0.0000025 +
    CALL.max_tokens * 0.00001
  ).toFixed(7),
);

jest.setTimeout(900_000);

describe(`${CALLS} calls in parallel, seed ${SEED}`, () => {
  let installation: Installation;
  let fleet: Fleet | undefined;
  let calls: ParallelCalls | undefined;
  let proxy: FaultProxy | undefined;

  afterEach(async () => {
    await calls?.close();
    await fleet?.stop();
    await installation?.stop();
    await proxy?.stop();
  });

  // among all other tests one of the two has to do: each starts an installation of its own
  if (IS_WHOLE || POSTGRES_URL === undefined) {
    it('spend what the budget allows and not a pico-dollar more, while one gateway dies and the control plane stands still, on SQLite', async () => {
      installation = await Installation.start({
        database: 'SQLITE_3',
        budgetsUsd: { [ROOT_REF]: '1000', [DEPARTMENT_REF]: BUDGET_USD },
        simulator: { firstTokenMs: 200 },
      });
      fleet = await Fleet.start(installation, { size: 1 });
      await runThrough(fleet, {
        away: async () => installation.portal.process.freeze(),
        back: async () => installation.portal.process.thaw(),
      });
      await expectBooks();
    });
  }

  if (POSTGRES_URL !== undefined) {
    it('spend what the budget allows and not a pico-dollar more, while gateways die and the database is cut off, on Postgres', async () => {
      const database = await FaultProxy.start({ upstreamUrl: POSTGRES_URL });
      proxy = database;
      installation = await Installation.start({
        database: 'POSTGRES_15',
        databasePort: database.port,
        budgetsUsd: { [ROOT_REF]: '1000', [DEPARTMENT_REF]: BUDGET_USD },
        simulator: { firstTokenMs: 200 },
      });
      fleet = await Fleet.start(installation, { size: IS_WHOLE ? 8 : 2 });
      await runThrough(fleet, {
        async away() {
          database.refuse();
          await database.cut();
        },
        back: () => database.accept(),
      });
      await expectBooks();
    });
  }

  /** Lets the calls run while gateways are killed, and while the database goes and comes, both at random. */
  async function runThrough(
    gateways: Fleet,
    outage: { away(): Promise<void>; back(): Promise<void> },
  ): Promise<void> {
    const random = createRandom(SEED);
    const started = new ParallelCalls({
      urls: gateways.urls,
      apiKey: installation.portal.keySecret,
    });
    calls = started;
    const storm = (async () => {
      for (let blow = 1; blow <= BLOWS; blow++) {
        // spread over the calls that the money is enough for, whatever the speed of the machine
        await started.untilAnswered((AFFORDABLE * blow) / (BLOWS + 1));
        gateways.killOne(random);
        if (blow % 2 === 0) continue;
        await outage.away();
        await pauseFor(500 + random() * 1500);
        await outage.back();
      }
    })();
    for (let sent = 0; sent < CALLS; ) {
      // those that found their gateway dead are made again, until as many were decided upon
      await started.run(CALLS - sent);
      sent = started.count('answered') + started.count('refused');
      await gateways.untilAlive();
      // a refusal for want of an answer from the control plane comes at once; it takes up to half a minute until a
      // restarted gateway's new signing key is known there
      await pauseFor(1000);
    }
    await storm;
    await gateways.untilAlive();
    await useUp(started);
  }

  /**
   * Calls on until nothing more fits. A gateway may refuse while another one's lease is still on its way back: who asks
   * again then gets it.
   */
  async function useUp(started: ParallelCalls): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      await started.runUntilRefused();
      await untilHandedBack();
      if ((await readUnspent()) < WORST_CALL) return;
    }
  }

  async function readUnspent(): Promise<bigint> {
    const { spentPicoUsd, leasedPicoUsd } =
      await installation.portal.readBudget(DEPARTMENT_REF);
    return parseUsd(BUDGET_USD) - spentPicoUsd - leasedPicoUsd;
  }

  async function expectBooks(): Promise<void> {
    const answered = calls?.answered ?? [];
    const { requests } = installation.simulator.usage();
    const billed = requests.filter(each => each.outcome === 'answered');
    const bills = new Map(billed.map(each => [each.requestId, billOf(each)]));
    const { ledger } = installation;
    const booked = await untilBooked(ledger, answered.length, 60_000);
    const budget = await installation.portal.readBudget(DEPARTMENT_REF);
    const limit = parseUsd(BUDGET_USD);
    const spent = sumPicoUsd(booked.values());
    const invoice = sumPicoUsd(bills.values());
    const unspent = await readUnspent();
    report({ spent, invoice, kept: budget.leasedPicoUsd, unspent });

    // nothing twice and nothing lost: each answered call once, at its bill
    expect(new Set(answered).size).toBe(answered.length);
    const wrong = answered.filter(id => booked.get(id) !== bills.get(id));
    expect(wrong).toEqual([]);
    for (const id of booked.keys()) expect(bills.has(id)).toBe(true);
    expect(budget.spentPicoUsd).toBe(spent);
    // what died with its gateway was billed all the same: the money that stays held covers it
    expect(invoice <= limit).toBe(true);
    expect(invoice - spent <= budget.leasedPicoUsd).toBe(true);
    expect(spent <= limit).toBe(true);
    expect(unspent >= 0n && unspent < WORST_CALL).toBe(true);
  }

  /** Leases are handed back within a moment of the last call; what stays is kept for calls that died. */
  async function untilHandedBack(): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const before = await installation.portal.readBudget(DEPARTMENT_REF);
      await pauseFor(2000);
      const after = await installation.portal.readBudget(DEPARTMENT_REF);
      const isStill = before.leasedPicoUsd === after.leasedPicoUsd;
      if (isStill || Date.now() > deadline) return;
    }
  }

  function report(sums: Record<string, PicoUsd | bigint>): void {
    const counts = ['answered', 'refused', 'failed'] as const;
    process.stdout.write(
      `${[
        ...counts.map(end => `${calls?.count(end)} ${end}`),
        ...Object.entries(sums).map(([name, sum]) => `${name} ${sum}`),
        `budget ${parseUsd(BUDGET_USD)}, worst call ${WORST_CALL} pico-USD`,
      ].join(', ')}\n`,
    );
  }
});

async function pauseFor(ms: number): Promise<void> {
  await new Promise(done => setTimeout(done, ms));
}
