import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { Knex } from 'knex';
import { clearBooks } from '../__testUtils__/books';
import { MemorySink } from '../__testUtils__/MemorySink';
import { SinkPortals } from '../__testUtils__/SinkPortals';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { ledgerLine } from '../__testUtils__/usage';
import { applyMigrations } from '../database/applyMigrations';
import { LedgerLine } from '../ledger/LedgerLine';

jest.setTimeout(60_000);

const databases = createTestDatabases();

describe.each(databases.eachSupportedId())(
  'any course of usage sinks, %p',
  id => {
    let database: Knex;
    beforeAll(async () => {
      database = await databases.init(id);
      await applyMigrations(database);
    });

    it('has, without repetitions, exactly the lines of the ledger, whatever happened', () =>
      fc.assert(
        fc.asyncProperty(courses(), async course => {
          await clearBooks(database);
          const portals = new SinkPortals(database);
          const sinks = [new MemorySink('a'), new MemorySink('b')];
          sinks[0].takesBeforeItFails = true;
          const options = { largestDelivery: { batches: 2, lines: 4 } };
          let portal = await portals.start(sinks, options);
          for (const event of course) {
            if (event.type === 'book') await portals.book(event.lines);
            else if (event.type === 'restart') {
              portal = await portals.start(sinks, options);
            } else {
              sinks[event.sink].failures = event.failures;
              portals.nowMs += event.afterMs;
              await portal.deliver();
            }
          }
          for (const sink of sinks) sink.failures = 0;
          portals.nowMs += 60_000;
          await portal.deliver();
          const entries = await readEntries(database);
          for (const sink of sinks) {
            expect(sink.distinct().map(textOf).sort()).toEqual(entries);
            const order = sink.distinct().map(each => each.bookedAt);
            expect(order).toEqual([...order].sort());
          }
          await expect(portals.countRows('usage_outbox')).resolves.toBe(0);
        }),
        { numRuns: 15 },
      ));
  },
);

type CourseEvent =
  | { type: 'book'; lines: LedgerLine[] }
  | { type: 'deliver'; sink: number; failures: number; afterMs: number }
  | { type: 'restart' };

function courses(): fc.Arbitrary<CourseEvent[]> {
  const line = fc
    .record({
      requestId: fc.integer({ min: 1, max: 12 }).map(each => `request-${each}`),
      lineNo: fc.integer({ min: 0, max: 2 }),
      cost: fc.bigInt({ min: -5n, max: 2n ** 55n }).map(picoUsd),
      model: fc.constantFrom('mini', 'large'),
    })
    .map(each => ledgerLine(each));
  return fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          type: fc.constant('book' as const),
          lines: fc.array(line, { maxLength: 5 }),
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          type: fc.constant('deliver' as const),
          sink: fc.constantFrom(0, 1),
          failures: fc.integer({ min: 0, max: 2 }),
          afterMs: fc.constantFrom(0, 1_000, 5_000),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ type: fc.constant('restart' as const) }),
      },
    ),
    { maxLength: 15 },
  );
}

/** What is compared of a line, from either side. */
function textOf(line: {
  id: string;
  model: string;
  quantity: string;
  costPicoUsd: string;
  postedAt: string;
  debitAccount: string;
}): string {
  const { id, model, quantity, costPicoUsd, postedAt, debitAccount } = line;
  return [id, model, quantity, costPicoUsd, postedAt, debitAccount].join(' ');
}

async function readEntries(database: Knex): Promise<string[]> {
  const asText = (name: string) =>
    database.raw('cast(?? as text) as ??', [name, name]);
  const rows = await database('ledger_entries').select(
    'request_id',
    'attempt',
    'line_no',
    'revision',
    'model',
    'debit_kind',
    'debit_owner',
    asText('quantity'),
    asText('cost_pico'),
    asText('occurred_at'),
  );
  return rows
    .map(row =>
      textOf({
        id: `${row.request_id}/${row.attempt}/${row.line_no}/${row.revision}`,
        model: row.model,
        quantity: row.quantity,
        costPicoUsd: row.cost_pico,
        postedAt: new Date(Number(row.occurred_at)).toISOString(),
        debitAccount: `${row.debit_kind}:${row.debit_owner}`,
      }),
    )
    .sort();
}
