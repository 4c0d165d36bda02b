import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { Knex } from 'knex';
import { applyMigrations } from '../database/applyMigrations';
import { LedgerLine } from '../ledger/LedgerLine';
import { flagBits } from '../ledger/lineFlags';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { clearBooks, readBooks } from '../__testUtils__/books';
import { BUDGET_NODES } from '../__testUtils__/budgetCommands';
import { nodesOf } from '../__testUtils__/budgetModel';
import { createBudgetServices } from '../__testUtils__/budgetServices';
import {
  BUDGET_KEYS,
  CUSTOMER_CARE,
  ONLINE_STORE,
  RESEARCH,
} from '../__testUtils__/organisation';
import { ledgerLine } from '../__testUtils__/usage';
import { BudgetCalendar } from './BudgetCalendar';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const PRIYA = { by: 'user:default/priya' };
const NOW = new Date('2026-11-22T12:00:00Z');

describe.each(databases.eachSupportedId())(
  'budgets that are set within a month, %p',
  id => {
    let database: Knex;
    beforeAll(async () => {
      database = await databases.init(id);
      await applyMigrations(database);
    });
    beforeEach(() => clearBooks(database));
    afterEach(() =>
      database('node_tracking').where({ id: 1 }).update({ time_zone: 'UTC' }),
    );

    it('know what was spent before, in every zone, whenever they are set', () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(anyLine(), { maxLength: 12 }),
          fc.array(anyLine(), { maxLength: 6 }),
          fc.constantFrom('UTC', 'Asia/Kolkata', 'America/New_York'),
          async (before, after, zone) => {
            await clearBooks(database);
            const calendar = new BudgetCalendar(zone);
            const services = createBudgetServices({
              database,
              now: () => NOW,
              calendar,
            });
            await services.store.useTimeZone(zone);
            const lines = [...before, ...after].map((line, index) => ({
              ...line,
              requestId: `request-${index}`,
            }));
            await services.ledger.book(lines.slice(0, before.length));
            for (const node of BUDGET_NODES) {
              await services.budgets.setLimit(node, picoUsd(5n), PRIYA);
            }
            await services.ledger.book(lines.slice(before.length));
            const { balances } = await readBooks(database);
            for (const node of BUDGET_NODES) {
              const expected = lines
                .filter(
                  line =>
                    line.departmentPath.length > 0 &&
                    nodesOf(line).includes(node) &&
                    calendar.periodOf(postedAt(line)) === '2026-11',
                )
                .reduce((sum, line) => sum + line.cost, 0n);
              expect([node, balances[`${node} 2026-11`].settled]).toEqual([
                node,
                expected,
              ]);
            }
          },
        ),
        { numRuns: 12 },
      ));

    it('count each line once while others book', async () => {
      const { ledger, budgets } = createBudgetServices({
        database,
        now: () => NOW,
      });
      const lines = Array.from({ length: 60 }, (_, index) =>
        ledgerLine({ requestId: `request-${index}`, cost: picoUsd(7n) }),
      );
      const key = `key:${BUDGET_KEYS[0].id}`;
      const bookings = lines.map(line => ledger.book([line]));
      const settings = [key, `${key}#mini`, `${CUSTOMER_CARE}#mini`].map(node =>
        budgets.setLimit(node, picoUsd(5n), PRIYA),
      );
      await Promise.all([...bookings, ...settings]);
      const { balances } = await readBooks(database);
      for (const node of [key, `${key}#mini`, `${CUSTOMER_CARE}#mini`]) {
        expect(balances[`${node} 2026-11`].settled).toBe(60n * 7n);
      }
    });

    it('settle any number of lines with a constant number of statements', async () => {
      const { ledger, budgets, leases } = createBudgetServices({
        database,
        now: () => NOW,
      });
      await budgets.setLimit('cost-centre:CC1', picoUsd(10n ** 15n), PRIYA);
      const result = await leases.grant({
        replicaId: 'replica-1',
        departmentRef: CUSTOMER_CARE,
        needed: picoUsd(10n ** 6n),
      });
      const granted = result.outcome === 'granted' ? result.leaseId : '';
      const linesOf = (first: number, count: number, leaseId = granted) =>
        Array.from({ length: count }, (_, index) =>
          ledgerLine({
            requestId: `request-${first + index}`,
            costCentre: 'CC1',
            leaseId,
            cost: picoUsd(1n),
          }),
        );
      await ledger.book(linesOf(0, 1)); // names are known from here on
      const few = await statementsOf(() => ledger.book(linesOf(1, 2)));
      const many = await statementsOf(() => ledger.book(linesOf(3, 400)));
      expect(many).toBe(few);
      // and when each line has to be flagged, as after a long outage
      const flagged = await statementsOf(() =>
        ledger.book(linesOf(403, 2, 'gone')),
      );
      await expect(
        statementsOf(() => ledger.book(linesOf(405, 400, 'gone'))),
      ).resolves.toBe(flagged);
      const [{ count }] = await database('ledger_lines')
        .where({ flags: flagBits(['unknown-lease']) })
        .count({ count: '*' });
      expect(Number(count)).toBe(402);
    });

    async function statementsOf(work: () => Promise<unknown>): Promise<number> {
      let statements = 0;
      const count = () => statements++;
      database.on('query', count);
      await work();
      database.removeListener('query', count);
      return statements;
    }
  },
);

/** What lies ahead was dated by a wrong clock: it counts for when it came. */
function postedAt({ occurredAt }: LedgerLine): Date {
  return occurredAt.getTime() - NOW.getTime() > 5 * 60_000 ? NOW : occurredAt;
}

function anyLine(): fc.Arbitrary<LedgerLine> {
  return fc
    .record({
      departmentRef: fc.constantFrom(CUSTOMER_CARE, ONLINE_STORE, RESEARCH),
      applicationRef: fc.constantFrom(
        'component:default/support-bot',
        'component:default/lab',
      ),
      keyId: fc.constantFrom(...BUDGET_KEYS.map(key => key.id as string)),
      model: fc.constantFrom('mini', 'large'),
      cost: fc.bigInt({ min: 0n, max: 2n ** 50n }).map(picoUsd),
      // a part of a machine is charged to a department, and counts against no budget
      about: fc.constantFrom<Partial<LedgerLine>>(
        {},
        {},
        { chargeClass: 'gpu-time', departmentPath: [] },
      ),
      occurredAt: fc
        .integer({ min: 0, max: 36 * 24 * 4 })
        .map(quarters => new Date(Date.UTC(2026, 9, 29, 0, 15 * quarters))),
    })
    .map(({ about, ...line }) =>
      ledgerLine({ ...line, ...about, costCentre: 'CC1' }),
    );
}
