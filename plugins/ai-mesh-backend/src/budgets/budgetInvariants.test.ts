import { LeaseResult, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { Knex } from 'knex';
import { applyMigrations } from '../database/applyMigrations';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { clearBooks, readBooks } from '../__testUtils__/books';
import { budgetCommands } from '../__testUtils__/budgetCommands';
import { BudgetCourse } from '../__testUtils__/BudgetCourse';
import { createBudgetServices } from '../__testUtils__/budgetServices';
import {
  COMPANY,
  CUSTOMER_CARE,
  ONLINE_STORE,
  RESEARCH,
} from '../__testUtils__/organisation';
import { ledgerLine } from '../__testUtils__/usage';

jest.setTimeout(60_000);

const NOW = new Date('2026-11-22T12:00:00Z');
const PERIOD = '2026-11';

const databases = createTestDatabases();

describe.each(databases.eachSupportedId())('budgets, %p', id => {
  let database: Knex;
  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(() => clearBooks(database));

  it('never promises more than a budget while gateways keep to their leases', async () => {
    await expect(anyCourse({ isHonest: true })).resolves.toBeUndefined();
  });

  it('keeps exact books whatever gateways deliver and whatever people set', async () => {
    await expect(anyCourse({ isHonest: false })).resolves.toBeUndefined();
  });

  function anyCourse(options: { isHonest: boolean }): Promise<void> {
    return fc.assert(
      fc.asyncProperty(budgetCommands(), async commands => {
        await clearBooks(database);
        const course = new BudgetCourse(database, options);
        await course.begin();
        for (const command of commands) {
          await course.run(command);
          await course.check();
        }
      }),
      { numRuns: id === 'SQLITE_3' ? 40 : 12 },
    );
  }

  it('grants 200 parallel requests no more than the budget covers', async () => {
    const { leases, budgets } = createBudgetServices({
      database,
      now: () => NOW,
    });
    const limit = picoUsd(50n * 1_000n + 999n);
    await budgets.setLimit(COMPANY, limit, { by: 'user:default/priya' });
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        leases.grant({
          replicaId: `replica-${index % 4}`,
          departmentRef: [CUSTOMER_CARE, ONLINE_STORE, RESEARCH][index % 3],
          needed: picoUsd(1_000n),
        }),
      ),
    );
    const granted = results.reduce((sum, each) => sum + grantedBy(each), 0n);
    expect(granted).toBeLessThanOrEqual(limit);
    expect(granted).toBeGreaterThan(limit - 1_000n);
    const { balances } = await readBooks(database);
    expect(balances[`${COMPANY} ${PERIOD}`].leased).toBe(granted);
  });

  it('comes through grants, bookings and releases that cross each other', async () => {
    const { leases, ledger } = createBudgetServices({
      database,
      now: () => NOW,
    });
    const call = async (index: number) => {
      const departmentRef = [CUSTOMER_CARE, ONLINE_STORE, RESEARCH][index % 3];
      const replicaId = `replica-${index % 4}`;
      const result = await leases.grant({
        replicaId,
        departmentRef,
        needed: picoUsd(500n),
      });
      if (result.outcome !== 'granted') throw new Error('expected a grant');
      const line = ledgerLine({
        requestId: `request-${index}`,
        departmentRef,
        leaseId: result.leaseId,
        cost: picoUsd(300n),
      });
      await Promise.all([ledger.book([line]), ledger.book([line])]);
      const releases = [{ leaseId: result.leaseId, keep: picoUsd(10n) }];
      await Promise.all([
        leases.release({ replicaId, releases }),
        leases.release({ replicaId, releases }),
      ]);
    };
    await Promise.all(Array.from({ length: 40 }, (_, index) => call(index)));
    const { balances } = await readBooks(database);
    expect(balances[`${COMPANY} ${PERIOD}`]).toEqual({
      settled: 40n * 300n,
      leased: 40n * 10n,
    });
  });
});

function grantedBy(result: LeaseResult): bigint {
  return result.outcome === 'granted' ? result.grantedPicoUsd : 0n;
}
