import { LeaseResult, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { applyMigrations } from '../database/applyMigrations';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { clearBooks, readBooks } from '../__testUtils__/books';
import { createBudgetServices } from '../__testUtils__/budgetServices';
import {
  BUDGET_KEYS,
  COMPANY,
  CUSTOMER_CARE,
  RESEARCH,
} from '../__testUtils__/organisation';
import { ledgerLine } from '../__testUtils__/usage';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const PRIYA = { by: 'user:default/priya' };
const DANA = { by: 'user:default/dana' };
const MINUTE_MS = 60_000;
const JANUARY = {
  period: '2027-01',
  periodBefore: '2026-12',
  startsAt: new Date('2027-01-01T00:00:00Z'),
  endsAt: new Date('2027-02-01T00:00:00Z'),
};

describe.each(databases.eachSupportedId())('leases near the limit, %p', id => {
  let database: Knex;
  let now: Date;
  let services: ReturnType<typeof createBudgetServices>;
  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(async () => {
    await clearBooks(database);
    now = new Date('2026-11-22T12:00:00Z');
    services = createBudgetServices({ database, now: () => now });
  });

  const grant = (needed: bigint, replica = 1, departmentRef = CUSTOMER_CARE) =>
    services.leases.grant({
      replicaId: `replica-${replica}`,
      departmentRef,
      needed: picoUsd(needed),
    });
  const setLimit = (ref: string, amount: bigint) =>
    services.budgets.setLimit(ref, picoUsd(amount), PRIYA);
  const topUp = async (amountPico: bigint, endsAt: Date, startsAt = now) => {
    const { id: topUpId } = await services.topUps.request(
      COMPANY,
      {
        amountUsd: `0.${amountPico.toString().padStart(12, '0')}`,
        reason: 'a test',
        startsAt: startsAt.toISOString(),
        endsAt: endsAt.toISOString(),
      },
      DANA,
    );
    const decision = { state: 'approved', decision: 'yes' } as const;
    await services.topUps.decide(topUpId, decision, PRIYA);
  };

  it('recalls everything once, then grants exactly what is needed', async () => {
    await setLimit(COMPANY, 10_000n);
    const first = granted(await grant(100n, 1));
    expect(first).toMatchObject({ isEndGame: false, budgetEpoch: 1 });
    await grant(100n, 2);
    await grant(100n, 3);
    const results = [];
    for (let round = 0; round < 20; round++) {
      results.push(await grant(100n, 1 + (round % 3)));
    }
    const begun = results.findIndex(
      each => each.outcome === 'granted' && each.isEndGame,
    );
    expect(begun).toBeGreaterThan(0);
    for (const result of results.slice(begun)) {
      expect(result.budgetEpoch).toBe(2);
    }
    const late = results
      .slice(begun)
      .filter(each => each.outcome === 'granted')
      .map(each => [each.isEndGame, each.grantedPicoUsd]);
    expect(late.length).toBeGreaterThan(0);
    expect(late).toEqual(late.map(() => [true, 100n]));
    // what came back is granted bit by bit, to the last one
    await services.leases.release({
      replicaId: 'replica-1',
      releases: [{ leaseId: first.leaseId, keep: picoUsd(0n) }],
    });
    let count = 0;
    for (;;) {
      const result = await grant(100n, 2);
      if (result.outcome === 'refused') break;
      expect(result).toMatchObject({ isEndGame: true, budgetEpoch: 2 });
      count++;
    }
    expect(count).toBeGreaterThan(10);
    const { balances } = await readBooks(database);
    const { leased } = balances[`${COMPANY} 2026-11`];
    expect(leased).toBeLessThanOrEqual(10_000n);
    expect(leased).toBeGreaterThan(10_000n - 100n);
  });

  it('begins the end-game of that level only which is near its limit', async () => {
    await setLimit(COMPANY, 1_000_000n);
    await setLimit(CUSTOMER_CARE, 150n);
    expect(await grant(100n)).toMatchObject({
      isEndGame: true,
      budgetEpoch: 3,
    });
    expect(await grant(100n, 1, RESEARCH)).toMatchObject({
      isEndGame: false,
      budgetEpoch: 1,
    });
  });

  it('ends the end-game when the limit is raised, and begins another one at the new limit', async () => {
    await setLimit(COMPANY, 150n);
    expect(await grant(100n)).toMatchObject({ isEndGame: true });
    await setLimit(COMPANY, 100_000n);
    const free = await grant(100n);
    expect(free).toMatchObject({ isEndGame: false, budgetEpoch: 3 });
    await setLimit(COMPANY, 50_100n);
    await expect(grant(100n)).resolves.toMatchObject({
      outcome: 'refused', // 50,050 of it are leased
      budgetEpoch: 5,
    });
    await expect(grant(50n)).resolves.toMatchObject({
      isEndGame: true,
      budgetEpoch: 5,
    });
  });

  it('lets no lease outlive a top-up on its way', async () => {
    await setLimit(COMPANY, 10_000n);
    const endsAt = new Date(now.getTime() + 2 * MINUTE_MS);
    await topUp(5_000n, endsAt);
    await topUp(1_000n, new Date(now.getTime() + 30 * MINUTE_MS));
    expect(await grant(10n)).toMatchObject({
      grantedPicoUsd: 8_000n, // half of 16,000
      expiresAt: endsAt.toISOString(),
      budgetEpoch: 3, // one for the limit, one for each begin
    });
    now = endsAt;
    expect(await grant(10n)).toMatchObject({
      grantedPicoUsd: 1_500n, // half of 11,000 less 8,000
      budgetEpoch: 4,
      expiresAt: new Date(now.getTime() + 5 * MINUTE_MS).toISOString(),
    });
  });

  it('leaves out a top-up whose time has not come', async () => {
    await setLimit(COMPANY, 10_000n);
    const startsAt = new Date(now.getTime() + 10 * MINUTE_MS);
    const endsAt = new Date(now.getTime() + 20 * MINUTE_MS);
    await topUp(5_000n, endsAt, startsAt);
    expect(await grant(10n)).toMatchObject({
      grantedPicoUsd: 5_000n,
      budgetEpoch: 1,
    });
    now = startsAt;
    expect(await grant(10n)).toMatchObject({
      grantedPicoUsd: 5_000n, // half of 15,000 less 5,000
      budgetEpoch: 2,
    });
  });

  it('carries over what is left of a month, less what is still leased, at most one limit', async () => {
    await setLimit(COMPANY, 1_000_000n);
    await services.budgets.change(COMPANY, { carryOver: 'unused' }, PRIYA);
    const lease = granted(await grant(400_000n));
    await services.ledger.book([
      ledgerLine({ cost: picoUsd(300_000n), leaseId: lease.leaseId }),
    ]);
    const held = lease.grantedPicoUsd - 300_000n;
    now = new Date('2026-12-01T00:00:00Z');
    expect(await carried()).toBe(0n); // nobody has looked yet
    const next = granted(await grant(1n));
    expect(await carried()).toBe(1_000_000n - 300_000n - held);
    // what comes back after that is not carried any more
    await services.leases.release({
      replicaId: 'replica-1',
      releases: [
        { leaseId: lease.leaseId, keep: picoUsd(0n) },
        { leaseId: next.leaseId, keep: picoUsd(0n) },
      ],
    });
    expect(await carried()).toBe(1_000_000n - 300_000n - held);
    now = new Date('2027-01-01T00:00:00Z');
    await services.store.openMonth(JANUARY, { now });
    expect(await carried()).toBe(1_000_000n);
  });

  it('carries nothing into the month in which a budget begins, or in which carrying over is chosen', async () => {
    await setLimit(COMPANY, 1_000n);
    now = new Date('2026-12-10T00:00:00Z');
    await services.budgets.change(COMPANY, { carryOver: 'unused' }, PRIYA);
    await grant(1n);
    expect(await carried()).toBe(0n);
    await services.budgets.setLimit(RESEARCH, picoUsd(5n), PRIYA);
    await services.budgets.change(RESEARCH, { carryOver: 'unused' }, PRIYA);
    now = new Date('2027-01-01T00:00:00Z');
    await services.store.openMonth(JANUARY, { now });
    const [research] = await services.budgets.list([RESEARCH], {
      updatable: [],
    });
    expect(research.carriedPicoUsd).toBe(5n);
  });

  it('takes from every level at once, or from none', async () => {
    const [{ id: keyId }] = BUDGET_KEYS;
    const scope = {
      departmentRef: CUSTOMER_CARE,
      applicationRef: 'component:default/support-bot',
      keyId,
      model: 'mini',
    };
    const nodes = [
      `key:${keyId}#mini`,
      'component:default/support-bot',
      'cost-centre:CC1',
      `${COMPANY}#mini`,
    ];
    for (const node of nodes) await setLimit(node, 10_000n);
    await setLimit(`key:${keyId}`, 99n);
    const needed = picoUsd(100n);
    const replicaId = 'replica-1';
    await expect(
      services.leases.grant({ replicaId, ...scope, needed }),
    ).resolves.toMatchObject({ outcome: 'refused', refusedByRef: keyId });
    expect(await leasedOf([...nodes, CUSTOMER_CARE])).toEqual([
      0n,
      0n,
      0n,
      0n,
      0n,
    ]);
    await setLimit(`key:${keyId}`, 10_000n);
    const result = granted(
      await services.leases.grant({ replicaId, ...scope, needed }),
    );
    const { grantedPicoUsd } = result;
    expect(await leasedOf([...nodes, CUSTOMER_CARE])).toEqual(
      Array(5).fill(grantedPicoUsd),
    );
    // of another key: nothing of this lease may pay for it
    await services.ledger.book([
      ledgerLine({
        keyId: BUDGET_KEYS[1].id,
        leaseId: result.leaseId,
        costCentre: 'CC1',
      }),
    ]);
    expect(await leasedOf(nodes)).toEqual(Array(4).fill(grantedPicoUsd));
    const { lines } = await readBooks(database);
    expect(lines[0]).toContain('unknown-lease');
  });

  it('answers many requests in their order with a handful of statements', async () => {
    await setLimit(COMPANY, 10n ** 18n);
    let statements = 0;
    const count = () => statements++;
    database.on('query', count);
    await grant(1n);
    const forOne = statements;
    const needs = Array.from({ length: 200 }, (_, index) => ({
      departmentRef: index % 2 ? CUSTOMER_CARE : RESEARCH,
      needed: picoUsd(BigInt(index + 1)),
    }));
    const results = await services.leases.grantAll({
      replicaId: 'replica-1',
      needs,
    });
    database.removeListener('query', count);
    expect(statements - forOne).toBeLessThanOrEqual(forOne);
    expect(results.map(each => each.departmentRef)).toEqual(
      needs.map(each => each.departmentRef),
    );
    const sum = results.reduce(
      (total, each) => total + granted(each).grantedPicoUsd,
      0n,
    );
    expect(sum).toBeLessThan(10n ** 18n);
    expect((await leasedOf([COMPANY]))[0]).toBeGreaterThanOrEqual(sum);
  });

  async function carried(): Promise<bigint> {
    const [company] = await services.budgets.list([COMPANY], {
      updatable: [],
    });
    return company.carriedPicoUsd;
  }

  async function leasedOf(nodes: readonly string[]): Promise<bigint[]> {
    const { balances } = await readBooks(database);
    return nodes.map(node => balances[`${node} 2026-11`]?.leased ?? 0n);
  }
});

function granted(result: LeaseResult) {
  if (result.outcome !== 'granted') throw new Error('expected a grant');
  return result;
}
