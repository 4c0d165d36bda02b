import {
  formatUsdExact,
  InvoiceDetails,
  invoiceDetailsSchema,
  invoicePostingSchema,
  invoiceUploadResultSchema,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { Knex } from 'knex';
import { clearBooks } from '../../__testUtils__/books';
import { createBooksApp } from '../../__testUtils__/booksApp';
import {
  CUSTOMER_CARE,
  ONLINE_STORE,
  RESEARCH,
} from '../../__testUtils__/organisation';
import { createTestDatabases } from '../../__testUtils__/testDatabases';
import { ledgerLine } from '../../__testUtils__/usage';
import { applyMigrations } from '../../database/applyMigrations';
import { payableTo } from '../../ledger/accounts';
import { LedgerLine } from '../../ledger/LedgerLine';

jest.setTimeout(120_000);

const databases = createTestDatabases();
const HEADER = 'month,provider,model,token_class,amount';
const OCTOBER = new Date('2026-10-20T10:00:00Z');

describe.each(databases.eachSupportedId())('reconciliation, %p', id => {
  let database: Knex;
  let books: Awaited<ReturnType<typeof createBooksApp>>;

  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
    books = await createBooksApp({ database });
  });
  beforeEach(async () => {
    await clearBooks(database);
    books.world.now = new Date('2026-11-22T12:00:00Z');
    books.world.versions = [
      { id: 'v1', priceKey: 'openai/gpt-4o-mini', rates: {} },
    ];
  });

  let requests = 0;
  const post = (more: Partial<LedgerLine> = {}) => {
    requests += 1;
    return books.ledger.post([
      ledgerLine({
        requestId: `request-${requests}`,
        occurredAt: OCTOBER,
        priceVersionId: 'v1',
        ...more,
      }),
    ]);
  };
  const upload = async (...rows: string[]): Promise<InvoiceDetails[]> => {
    const { body } = await books
      .post('/v1/books/invoices', {
        month: '2026-10',
        fileName: 'october.csv',
        content: [HEADER, ...rows].join('\n'),
      })
      .expect(200);
    return invoiceUploadResultSchema.parse(body).invoices;
  };
  const postDifference = async (invoiceId: number) =>
    invoicePostingSchema.parse(
      (
        await books
          .post(`/v1/books/invoices/${invoiceId}/post-difference`)
          .expect(200)
      ).body,
    );
  const find = async (invoiceId: number) =>
    invoiceDetailsSchema.parse(
      (await books.get(`/v1/books/invoices/${invoiceId}`).expect(200)).body,
    );
  /** All accounts, by kind. */
  const balances = async () => {
    const sums: Record<string, bigint> = {};
    for (const [side, sign] of [
      ['debit', 1n],
      ['credit', -1n],
    ] as const) {
      const rows: { kind: string; owner: string; sum: string }[] =
        await database('ledger_entries')
          .groupBy(`${side}_kind`, `${side}_owner`)
          .select(
            `${side}_kind as kind`,
            `${side}_owner as owner`,
            database.raw('cast(sum(cost_pico) as text) as sum'),
          );
      for (const { kind, owner, sum } of rows) {
        sums[kind] = (sums[kind] ?? 0n) + sign * BigInt(sum);
        const name = `${kind}:${owner}`;
        sums[name] = (sums[name] ?? 0n) + sign * BigInt(sum);
      }
    }
    return sums;
  };

  it('shows what differs, marks what is beyond half a per cent, and posts it', async () => {
    await post({ cost: picoUsd(1_000_000_000_000n) });
    await post({
      cost: picoUsd(2_000_000_000_000n),
      chargeClass: 'output',
      departmentRef: RESEARCH,
    });
    await post({ model: 'large', priceVersionId: 'v2', cost: picoUsd(5n) });
    const [invoice] = await upload(
      '2026-10,openai,gpt-4o-mini,input,1.004',
      '2026-10,openai,mini,output,2.5',
    );
    expect(invoice).toMatchObject({
      month: '2026-10',
      provider: 'openai',
      uploadedBy: 'user:default/mock',
      differencePicoUsd: 503_999_999_995n,
      isBeyondTolerance: true,
      lines: [
        {
          ...{ model: 'gpt-4o-mini', chargeClass: 'input' },
          ...{ differencePicoUsd: 4_000_000_000n, isBeyondTolerance: false },
        },
        { model: 'mini', differencePicoUsd: 500_000_000_000n },
        { model: 'large', differencePicoUsd: -5n, isInvoiced: false },
      ],
    });
    const { posted, invoice: after } = await postDifference(invoice.id);
    expect(posted).toBe(3);
    expect(after).toMatchObject({
      invoicedPicoUsd: 3_504_000_000_000n,
      ledgerPicoUsd: 3_504_000_000_000n,
      differencePicoUsd: 0n,
    });
    await expect(balances()).resolves.toMatchObject({
      'payable:openai': -3_504_000_000_000n,
      'clearing:reconciliation': 503_999_999_995n,
      [`expense:${CUSTOMER_CARE}`]: 1_000_000_000_005n,
    });
    expect(books.auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({ eventId: 'invoice-difference-post' }),
    );
    const { body } = await books.get('/v1/books/months');
    expect(body.items[1].totals).toMatchObject({
      clearingPicoUsd: '503999999995',
      payablePicoUsd: '3504000000000',
    });
  });

  it('posts a difference once, and again only what came since', async () => {
    await post();
    const [invoice] = await upload('2026-10,openai,mini,,0.000000001');
    await Promise.all([postDifference(invoice.id), postDifference(invoice.id)]);
    expect((await postDifference(invoice.id)).posted).toBe(0);
    await expect(balances()).resolves.toMatchObject({ payable: -1000n });
    await post();
    expect(await find(invoice.id)).toMatchObject({ differencePicoUsd: -250n });
    expect((await postDifference(invoice.id)).posted).toBe(1);
    await expect(balances()).resolves.toMatchObject({ payable: -1000n });
    await expect(books.check.run()).resolves.toMatchObject({ differences: [] });
  });

  it('posts the difference of a closed month in the open one, as a correction that names the month', async () => {
    await post();
    await books.post('/v1/books/months/2026-10/close').expect(200);
    await post({ cost: picoUsd(50n) }); // late
    const [invoice] = await upload('2026-10,openai,mini,,0.000000000310');
    expect(invoice).toMatchObject({
      ledgerPicoUsd: 300n,
      differencePicoUsd: 10n,
    });
    await postDifference(invoice.id);
    expect((await postDifference(invoice.id)).posted).toBe(0);
    await expect(
      database('ledger_entries')
        .where({ charge_class: 'adjustment' })
        .first(
          'posted_on',
          'occurred_on',
          'target_id',
          'correction',
          'cost_pico',
        )
        .then(row => Object.values(row).map(String)),
    ).resolves.toEqual([
      '20261122',
      '20261031',
      'invoice/2026-10',
      expect.stringMatching(/^(1|true)$/),
      '10',
    ]);
    expect((await find(invoice.id)).differencePicoUsd).toBe(0n);
  });

  it('leaves corrections of earlier months out of a month’s own', async () => {
    await post();
    await books.post('/v1/books/months/2026-10/close').expect(200);
    await post({ cost: picoUsd(50n) }); // of October, posted in November
    await post({
      cost: picoUsd(7n),
      occurredAt: new Date('2026-11-20T10:00:00Z'),
    });
    books.world.now = new Date('2026-12-05T12:00:00Z');
    const { body } = await books
      .post('/v1/books/invoices', {
        month: '2026-11',
        fileName: 'november.csv',
        content: `${HEADER}\n2026-11,openai,mini,,0.000000000007`,
      })
      .expect(200);
    expect(body.invoices).toEqual([
      expect.objectContaining({ ledgerPicoUsd: '7', differencePicoUsd: '0' }),
    ]);
  });

  it('lets the last upload hold, and the same file again once more', async () => {
    await post();
    const [first] = await upload('2026-10,openai,mini,,1');
    books.world.now = new Date('2026-11-22T13:00:00Z');
    const [second] = await upload('2026-10,openai,mini,,2');
    expect(await find(first.id)).toMatchObject({ isSuperseded: true });
    await books
      .post(`/v1/books/invoices/${first.id}/post-difference`)
      .expect(409);
    await postDifference(second.id);
    books.world.now = new Date('2026-11-22T14:00:00Z');
    const [again] = await upload('2026-10,openai,mini,,1');
    expect(again).toMatchObject({
      id: first.id,
      isSuperseded: false,
      differencePicoUsd: -1_000_000_000_000n,
    });
    const { body } = await books.get('/v1/books/invoices?month=2026-10');
    expect(body.total).toBe(2);
    const quality = await books.get('/v1/books/quality?month=2026-10');
    expect(quality.body.invoices).toEqual([
      expect.objectContaining({ id: first.id }),
    ]);
  });

  it('refuses what it cannot read, and a month that is not over', async () => {
    const refused = (body: object) =>
      books.post('/v1/books/invoices', body).expect(400);
    const file = { fileName: 'x.csv', content: `${HEADER}\n2026-10,a,b,,x` };
    const wrong = await refused({ month: '2026-10', ...file });
    expect(wrong.body.error.message).toContain('line 2, column amount');
    const early = await refused({ month: '2026-11', ...file });
    expect(early.body.error.message).toContain('month: is not over');
    await refused({ month: '2026-10' });
    await books.get('/v1/books/invoices/999999').expect(404);
    await expect(database('invoices').select()).resolves.toEqual([]);
  });

  const amount = fc.bigInt(0n, 10n ** 15n).map(picoUsd);
  const usage = fc.record({
    departmentRef: fc.constantFrom(CUSTOMER_CARE, ONLINE_STORE, RESEARCH),
    model: fc.constantFrom('mini', 'large'),
    provider: fc.constantFrom('openai', 'anthropic'),
    isUnknownKey: fc.boolean(),
    cost: amount,
  });
  const machine = fc.record({ bill: amount, charged: fc.nat(100) });
  const invoices = fc.array(
    fc.record({
      provider: fc.constantFrom('openai', 'anthropic'),
      model: fc.constantFrom('mini', 'large', 'something else', ''),
      amount: fc.bigInt(-(10n ** 15n), 10n ** 15n).map(picoUsd),
    }),
    { minLength: 1, maxLength: 4 },
  );

  it('lets departments + platform + unallocated = all that is owed = the invoices, to the pico-dollar', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(usage, { maxLength: 10 }),
        fc.array(machine, { maxLength: 3 }),
        invoices,
        fc.boolean(),
        async (calls, machines, rows, isClosed) => {
          await clearBooks(database);
          await post({ cost: picoUsd(1n) });
          for (const { isUnknownKey, provider, ...call } of calls) {
            await post({
              ...call,
              provider,
              credit: payableTo(provider),
              ...(isUnknownKey && {
                debit: { kind: 'suspense', owner: 'unknown-key' },
              }),
            });
          }
          for (const { bill, charged } of machines) {
            const pool = { kind: 'clearing', owner: 'gpu' } as const;
            const used = picoUsd((bill * BigInt(charged)) / 100n);
            const about = {
              chargeClass: 'gpu-time' as const,
              departmentPath: [],
            };
            await post({
              ...about,
              cost: bill,
              debit: pool,
              departmentRef: '',
              chargeClass: 'machine-time',
            });
            await post({ ...about, cost: used, credit: pool });
            await post({
              ...about,
              cost: picoUsd(bill - used),
              debit: { kind: 'clearing', owner: 'gpu-unallocated' },
              credit: pool,
              departmentRef: '',
            });
          }
          if (isClosed) {
            await books.post('/v1/books/months/2026-10/close').expect(200);
          }
          const taken = await upload(
            ...rows.map(
              row =>
                `2026-10,${row.provider},${row.model},,${formatUsdExact(
                  row.amount,
                )}`,
            ),
          );
          for (const { id: invoiceId } of taken) {
            await postDifference(invoiceId);
            await postDifference(invoiceId);
          }
          const sums = await balances();
          for (const provider of ['openai', 'anthropic']) {
            const own = rows.filter(row => row.provider === provider);
            if (own.length === 0) continue;
            expect(-sums[`payable:${provider}`]).toBe(
              own.reduce((sum, row) => sum + row.amount, 0n),
            );
          }
          const { expense = 0n, clearing = 0n, suspense = 0n } = sums;
          expect(expense + clearing + suspense).toBe(-sums.payable);
          expect(sums['clearing:gpu'] ?? 0n).toBe(0n);
        },
      ),
      { numRuns: id === 'SQLITE_3' ? 30 : 8 },
    );
  });
});
