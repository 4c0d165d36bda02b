/* eslint-disable jest/no-export -- a contract suite: the test of every store runs it */
import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { Knex } from 'knex';
import { LedgerStore } from '../ledger/LedgerStore';
import { LedgerLine } from '../ledger/LedgerLine';
import { clearBooks, ledgerHashOf, readBooks } from './books';
import {
  COMMERCE,
  COMPANY,
  CUSTOMER_CARE,
  ONLINE_STORE,
  RESEARCH,
} from './organisation';
import { ledgerLine } from './usage';

/** What every {@link LedgerStore} keeps to. */
export function describeLedgerStore(
  create: () => Promise<{ store: LedgerStore; database: Knex }>,
): void {
  let store: LedgerStore;
  let database: Knex;
  beforeAll(async () => {
    ({ store, database } = await create());
  });
  beforeEach(() => clearBooks(database));

  it('books a call with its roll-ups and on every budget up to the root', async () => {
    const lines = [
      ledgerLine(),
      ledgerLine({ lineNo: 1, chargeClass: 'cached-input', quantity: 7n }),
      ledgerLine({
        lineNo: 2,
        chargeClass: 'output',
        quantity: 20n,
        cost: picoUsd(1000n),
        flags: ['estimated'],
      }),
    ];
    await expect(store.book(lines)).resolves.toEqual(lines);
    await expect(readBooks(database)).resolves.toEqual({
      lines: [
        'request-1/1/0: 100 input, 250',
        'request-1/1/1: 7 cached-input, 250',
        'request-1/1/2: 20 output, 1000 estimated',
      ],
      hourly: [
        '2026-11-22T12 customer-care mini live cached-input: 0 calls, 7 units, 250, 0 estimated',
        '2026-11-22T12 customer-care mini live input: 1 calls, 100 units, 250, 0 estimated',
        '2026-11-22T12 customer-care mini live output: 0 calls, 20 units, 1000, 1000 estimated',
      ],
      daily: [
        '2026-11-22T00 customer-care mini live cached-input: 0 calls, 7 units, 250, 0 estimated',
        '2026-11-22T00 customer-care mini live input: 1 calls, 100 units, 250, 0 estimated',
        '2026-11-22T00 customer-care mini live output: 0 calls, 20 units, 1000, 1000 estimated',
      ],
      balances: {
        [`${CUSTOMER_CARE} 2026-11`]: { settled: 1500n, leased: 0n },
        [`${COMMERCE} 2026-11`]: { settled: 1500n, leased: 0n },
        [`${COMPANY} 2026-11`]: { settled: 1500n, leased: 0n },
      },
    });
  });

  it('keeps what was saved apart from what was spent, and each attempt for itself', async () => {
    await store.book([
      ledgerLine({ cost: picoUsd(0n), servedBecause: 'cache' }),
      ledgerLine({
        attempt: 2,
        requestedModel: 'large',
        servedBecause: 'fallback',
        avoided: picoUsd(9000n),
      }),
      ledgerLine({ attempt: 2, lineNo: 1, chargeClass: 'image', quantity: 3n }),
      ledgerLine({ attempt: 3, avoided: picoUsd(-1000n) }),
      ledgerLine({ attempt: 3, lineNo: 1, chargeClass: 'cache-write' }),
    ]);
    const { lines, daily, balances } = await readBooks(database);
    expect(lines).toEqual([
      'request-1/1/0: 100 input, 0',
      'request-1/2/0: 100 input, 250, 9000 avoided',
      'request-1/2/1: 3 image, 250',
      'request-1/3/0: 100 input, 250, -1000 avoided',
      'request-1/3/1: 100 cache-write, 250',
    ]);
    expect(daily).toEqual([
      '2026-11-22T00 customer-care mini live cache-write: 0 calls, 100 units, 250, 0 estimated',
      '2026-11-22T00 customer-care mini live image: 0 calls, 3 units, 250, 0 estimated',
      '2026-11-22T00 customer-care mini live input: 1 calls, 100 units, 0, 0 estimated',
      '2026-11-22T00 customer-care mini live input: 1 calls, 100 units, 250, 0 estimated, -1000 avoided',
      '2026-11-22T00 customer-care mini live input: 1 calls, 100 units, 250, 0 estimated, 9000 avoided',
    ]);
    expect(balances[`${COMPANY} 2026-11`].settled).toBe(1000n);
    await expect(
      database('ledger_entries')
        .where({ attempt: 2, line_no: 0 })
        .select('requested_model', 'served_because'),
    ).resolves.toEqual([
      { requested_model: 'large', served_because: 'fallback' },
    ]);
  });

  it('books nothing at all for no lines', async () => {
    await expect(store.book([])).resolves.toEqual([]);
  });

  it('takes a line once, also when it stands twice in one delivery', async () => {
    const line = ledgerLine();
    await expect(store.book([line, line])).resolves.toHaveLength(1);
    await expect(store.book([line])).resolves.toEqual([]);
    const { balances } = await readBooks(database);
    expect(balances[`${COMPANY} 2026-11`].settled).toBe(250n);
  });

  it('keeps every digit above 2^53', async () => {
    const odd = 2n ** 53n + 1n;
    await store.book([
      ledgerLine({ cost: picoUsd(odd), quantity: odd }),
      ledgerLine({ requestId: 'request-2', cost: picoUsd(odd), quantity: odd }),
      ledgerLine({ requestId: 'request-3', cost: picoUsd(1n), quantity: 1n }),
    ]);
    const books = await readBooks(database);
    const sum = 2n * odd + 1n;
    expect(books.lines[0]).toBe(`request-1/1/0: ${odd} input, ${odd}`);
    expect(books.daily).toEqual([
      `2026-11-22T00 customer-care mini live input: 3 calls, ${sum} units, ${sum}, 0 estimated`,
    ]);
    expect(books.balances[`${COMPANY} 2026-11`].settled).toBe(sum);
  });

  it('puts a line into the hour, day and month in which it happened', async () => {
    await store.book([
      ledgerLine({ occurredAt: new Date('2026-10-31T23:59:59.999Z') }),
      ledgerLine({
        requestId: 'request-2',
        occurredAt: new Date('2026-11-01T00:00:00.000Z'),
      }),
    ]);
    const { hourly, balances } = await readBooks(database);
    expect(hourly.map(row => row.slice(0, 13))).toEqual([
      '2026-10-31T23',
      '2026-11-01T00',
    ]);
    expect(balances[`${COMPANY} 2026-10`].settled).toBe(250n);
    expect(balances[`${COMPANY} 2026-11`].settled).toBe(250n);
  });

  it('changes nothing when part of a delivery cannot be booked', async () => {
    await store.book([ledgerLine()]);
    const before = await readBooks(database);
    const broken = ledgerLine({
      requestId: 'request-2',
      occurredAt: new Date(Number.NaN),
    });
    await expect(
      store.book([ledgerLine({ requestId: 'request-3' }), broken]),
    ).rejects.toThrow();
    await expect(readBooks(database)).resolves.toEqual(before);
  });

  it('ends with the same ledger hash however often, and in whatever order and portions, lines are delivered', () =>
    fc.assert(
      fc.asyncProperty(linesWithDeliveries(), async ({ lines, deliveries }) => {
        await clearBooks(database);
        await store.book(lines);
        const expected = await readBooks(database);

        await clearBooks(database);
        for (const delivery of deliveries) await store.book(delivery);
        await store.book(lines);
        const books = await readBooks(database);
        expect(books).toEqual(expected); // says what differs
        expect(ledgerHashOf(books)).toBe(ledgerHashOf(expected));
        expectSums(expected, lines);
      }),
      { numRuns: 15 },
    ));

  it('books parallel deliveries of the same lines once', async () => {
    const lines = Array.from({ length: 200 }, (_, index) =>
      ledgerLine({
        requestId: `request-${index}`,
        departmentRef: index % 2 ? CUSTOMER_CARE : ONLINE_STORE,
      }),
    );
    const deliveries = Array.from({ length: 8 }, (_, index) =>
      index % 2 ? lines : [...lines].reverse(),
    );
    const booked = await Promise.all(deliveries.map(each => store.book(each)));
    expect(booked.flat()).toHaveLength(200);
    const { balances } = await readBooks(database);
    expect(balances[`${COMMERCE} 2026-11`].settled).toBe(50_000n);
  });
}

function linesWithDeliveries() {
  const line = fc.record({
    requestId: fc.integer({ min: 1, max: 30 }).map(each => `request-${each}`),
    attempt: fc.integer({ min: 1, max: 2 }),
    departmentRef: fc.constantFrom(CUSTOMER_CARE, ONLINE_STORE, RESEARCH),
    cost: fc.bigInt({ min: 0n, max: 2n ** 55n }).map(picoUsd),
    avoided: fc.bigInt({ min: -5n, max: 2n ** 55n }).map(picoUsd),
    model: fc.constantFrom('mini', 'large'),
    occurredAt: fc
      .integer({ min: 0, max: 40 * 24 })
      .map(hours => new Date(Date.UTC(2026, 9, 20, hours))),
  });
  return fc
    .uniqueArray(line.map(ledgerLine), {
      maxLength: 25,
      selector: each => `${each.requestId}/${each.attempt}`,
    })
    .chain(lines =>
      fc.record({
        lines: fc.constant(lines),
        deliveries: fc.array(fc.shuffledSubarray(lines), { maxLength: 4 }),
      }),
    );
}

function expectSums(
  books: Awaited<ReturnType<typeof readBooks>>,
  lines: readonly LedgerLine[],
): void {
  const total = lines.reduce((sum, line) => sum + line.cost, 0n);
  const saved = lines.reduce((sum, line) => sum + line.avoided, 0n);
  for (const rollup of [books.hourly, books.daily]) {
    const sumOf = (pattern: RegExp) =>
      rollup.reduce(
        (sum, row) => sum + BigInt(pattern.exec(row)?.[1] ?? 0),
        0n,
      );
    expect(sumOf(/ units, (-?\d+),/)).toBe(total);
    expect(sumOf(/(-?\d+) avoided/)).toBe(saved);
  }
  const atRoot = Object.entries(books.balances)
    .filter(([key]) => key.startsWith(`${COMPANY} `))
    .reduce((sum, [, { settled }]) => sum + settled, 0n);
  expect(atRoot).toBe(total);
}
