import {
  DataQuality,
  dataQualitySchema,
  flaggedLinePageSchema,
  KeyId,
  leaseResponseSchema,
  LedgerLineFlag,
  picoUsd,
  quarantinePageSchema,
  stringifyWithBigInt,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { mockCredentials } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import request from 'supertest';
import { clearBooks } from '../../__testUtils__/books';
import { createBooksApp } from '../../__testUtils__/booksApp';
import { COMPANY, CUSTOMER_CARE } from '../../__testUtils__/organisation';
import { createTestDatabases } from '../../__testUtils__/testDatabases';
import { usageRecord } from '../../__testUtils__/usage';
import { applyMigrations } from '../../database/applyMigrations';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const DELETED_KEY = 'ZZZZZZZZZZZZ' as KeyId;

/** A good record of 1,000 tokens at a known price: a quarter of a cent. */
function good(overrides: Partial<UsageRecord> = {}): UsageRecord {
  return usageRecord({
    lines: [
      {
        tokenClass: 'input',
        tokens: 1000n,
        priceVersionId: 'v1',
        costPicoUsd: picoUsd(2_500_000_000n),
      },
    ],
    ...overrides,
  });
}

/** The same with a line as no gateway of ours would write it. */
function withLine(line: Record<string, unknown>) {
  const record = good();
  return { ...record, lines: [{ ...record.lines[0], ...line }] };
}

/** What is refused: the record, and the beginning of the reason. */
const REFUSED: [string, unknown, string][] = [
  ['a negative token count', withLine({ tokens: '-1' }), 'lines.0.tokens:'],
  ['a fractional token count', withLine({ tokens: '1.5' }), 'lines.0.tokens:'],
  ['a token count as a number', withLine({ tokens: 1.5 }), 'lines.0.tokens:'],
  [
    'a huge token count',
    withLine({ tokens: '9223372036854775808' }),
    'lines: an amount that is too large',
  ],
  [
    'a token count of a hundred digits',
    withLine({ tokens: '9'.repeat(100) }),
    'lines.0.tokens:',
  ],
  ['a missing token count', withLine({ tokens: undefined }), 'lines.0.tokens:'],
  ['no lines', { ...good(), lines: [] }, 'lines:'],
  [
    'an unknown class',
    withLine({ tokenClass: 'thought' }),
    'lines.0.tokenClass',
  ],
  ['a negative cost', withLine({ costPicoUsd: '-1' }), 'lines: a cost below'],
  ['a cost in dollars', withLine({ costPicoUsd: '0.0025' }), 'lines.0.cost'],
  [
    'a huge cost',
    withLine({ costPicoUsd: '9223372036854775808' }),
    'lines: an amount that is too large',
  ],
  ['no time', { ...good(), occurredAt: 'yesterday' }, 'occurredAt:'],
  ['what is no record', 'no record', ':'],
];

/** What is booked and flagged: the record, the flag, and the account if it is one of suspense. */
const FLAGGED: [string, UsageRecord, LedgerLineFlag, string?][] = [
  [
    'a clock that is ahead',
    good({ occurredAt: '2026-11-22T13:00:00Z' }),
    'clock-skew',
  ],
  [
    'a clock in another century',
    good({ occurredAt: '2099-01-01T00:00:00Z' }),
    'clock-skew',
  ],
  [
    'a clock of 1970',
    good({ occurredAt: '1970-01-01T00:00:00Z' }),
    'clock-skew',
  ],
  ['a deleted key', good({ keyId: DELETED_KEY }), 'unknown-key', 'unknown-key'],
  [
    'a department that left',
    good({ departmentRef: 'group:default/dissolved' }),
    'unknown-department',
    'unknown-department',
  ],
  [
    'an unknown price',
    usageRecord({ cost: picoUsd(2_500_000_000n) }),
    'unknown-price',
    'unknown-price',
  ],
  [
    'a cost that is not that of the price',
    { ...good(), lines: [{ ...good().lines[0], costPicoUsd: picoUsd(1n) }] },
    'cost-mismatch',
  ],
  ['an unknown lease', good({ leaseId: 'lease-of-nobody' }), 'unknown-lease'],
  [
    'counts that contradict each other',
    good({ oddities: ['usage-mismatch'] }),
    'usage-mismatch',
  ],
  [
    'a class without a price',
    good({ oddities: ['unpriced-class'] }),
    'unpriced-class',
  ],
];

describe.each(databases.eachSupportedId())('bad input, %p', id => {
  let database: Knex;
  let books: Awaited<ReturnType<typeof createBooksApp>>;

  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
    books = await createBooksApp({ database });
    books.world.versions = [{ id: 'v1', rates: { input: '0.0000025' } }];
    books.world.unknownKeys = new Set([DELETED_KEY]);
  });
  beforeEach(async () => {
    await clearBooks(database);
    books.world.now = new Date('2026-11-22T12:00:00Z');
  });

  const deliver = (...records: unknown[]) =>
    books.deliver(stringifyWithBigInt({ replicaId: 'replica-1', records }));
  const quality = async (month = '2026-11'): Promise<DataQuality> =>
    dataQualitySchema.parse(
      (await books.get(`/v1/books/quality?month=${month}`)).body,
    );
  const flagged = async (flag: string, month = '2026-11') =>
    flaggedLinePageSchema.parse(
      (await books.get(`/v1/books/quality/lines?month=${month}&flag=${flag}`))
        .body,
    );
  const quarantine = async (query = '') =>
    quarantinePageSchema.parse(
      (await books.get(`/v1/books/quarantine${query}`)).body,
    );

  it.each(REFUSED)(
    'puts %s into quarantine with a reason, and the good record beside it into the ledger',
    async (_what, record, reason) => {
      const { body } = await deliver(record, good({ requestId: 'good' }));
      expect(body).toMatchObject({ booked: 1, rejected: [{ index: 0 }] });
      const report = await quality();
      expect(report.quarantine).toMatchObject({ open: 1 });
      expect(report.quarantine.reasons[0].reason).toMatch(
        new RegExp(`^${reason}`),
      );
      expect(report.costPicoUsd).toBe(2_500_000_000n);
      const { items } = await quarantine('?month=2026-11&state=open');
      expect(items).toEqual([
        expect.objectContaining({
          replicaId: 'replica-1',
          receivedAt: '2026-11-22T12:00:00.000Z',
          record: JSON.stringify(
            JSON.parse(stringifyWithBigInt({ record })).record,
          ),
        }),
      ]);
    },
  );

  it.each(FLAGGED)(
    'books %s, and shows it',
    async (_what, record, flag, account = '') => {
      await deliver(record).expect(200);
      const report = await quality();
      expect(report.flags).toContainEqual({
        flag,
        lines: 1,
        costPicoUsd: 2_500_000_000n,
      });
      expect(report.suspense).toEqual(
        account ? [{ reason: account, costPicoUsd: 2_500_000_000n }] : [],
      );
      const { items } = await flagged(flag);
      expect(items).toEqual([
        expect.objectContaining({
          costPicoUsd: 2_500_000_000n,
          replicaId: 'replica-1',
          credit: expect.stringMatching(/^payable:/),
        }),
      ]);
      expect(items[0].flags).toContain(flag);
    },
  );

  it('books what a replica spent beyond its lease, and shows it', async () => {
    await books.budgets.setLimit(COMPANY, picoUsd(1_000_000_000n), {
      by: 'user:default/priya',
    });
    const answer = await request(books.app)
      .post('/v1/gateway/leases')
      .set(
        'authorization',
        mockCredentials.service.header({
          onBehalfOf: mockCredentials.service('plugin:ai-mesh-gateway'),
          targetPluginId: 'test',
        }),
      )
      .send({
        replicaId: 'replica-1',
        requests: [{ departmentRef: CUSTOMER_CARE, neededPicoUsd: '1000' }],
      });
    const [lease] = leaseResponseSchema.parse(answer.body).leases;
    const leaseId = lease.outcome === 'granted' ? lease.leaseId : '';
    await deliver(good({ leaseId })).expect(200);
    expect((await quality()).flags).toEqual([
      { flag: 'overrun', lines: 1, costPicoUsd: 2_500_000_000n },
    ]);
  });

  it('shows usage of a closed month in the month in which it came', async () => {
    await deliver(good({ occurredAt: '2026-10-20T10:00:00Z' })).expect(200);
    await books.post('/v1/books/months/2026-10/close').expect(200);
    await deliver(
      good({ requestId: 'late', occurredAt: '2026-10-20T10:00:00Z' }),
    ).expect(200);
    expect((await quality('2026-10')).flags).toEqual([]);
    expect((await flagged('late')).items).toEqual([
      expect.objectContaining({ requestId: 'late' }),
    ]);
  });

  it('tells the share of estimates, and which models have no price', async () => {
    books.world.models = [
      { name: 'mini' },
      { name: 'large', price: { priceVersionId: 'v1', source: 'test' } },
    ];
    await deliver(good({ estimated: true }), good({ requestId: 'counted' }));
    expect(await quality()).toMatchObject({
      costPicoUsd: 5_000_000_000n,
      estimatedPicoUsd: 2_500_000_000n,
      unpricedModels: ['mini'],
      flags: [],
    });
  });

  it('lets a person dismiss a record once, with a reason', async () => {
    await deliver({ broken: true });
    const [{ id: recordId }] = (await quarantine()).items;
    const path = `/v1/books/quarantine/${recordId}`;
    await books.post(`${path}/dismiss`, { reason: ' ' }).expect(400);
    const { body } = await books
      .post(`${path}/dismiss`, { reason: 'a test of ours' })
      .expect(200);
    expect(body).toMatchObject({
      state: 'dismissed',
      decidedBy: 'user:default/mock',
      decision: 'a test of ours',
    });
    await books.post(`${path}/dismiss`, { reason: 'again' }).expect(409);
    await books.post(`${path}/retry`).expect(409);
    await books
      .post('/v1/books/quarantine/999999/dismiss', { reason: 'what' })
      .expect(404);
    expect((await quality()).quarantine).toMatchObject({
      open: 0,
      dismissed: 1,
      reasons: [],
    });
  });

  it('books a record again when what was wrong is right now, and only then', async () => {
    await database('usage_quarantine').insert({
      replica_id: 'replica-1',
      reason: 'serviceTier: an older version did not know it',
      record: stringifyWithBigInt(good({ requestId: 'kept' })),
      digest: 'kept',
      received_at: books.world.now.getTime(),
      last_received_at: books.world.now.getTime(),
    });
    await deliver({ broken: true });
    const { items } = await quarantine();
    const isKept = (each: { reason: string }) =>
      /^serviceTier/.test(each.reason);
    const kept = items.find(isKept)?.id;
    const broken = items.find(each => !isKept(each))?.id;
    const refused = await books
      .post(`/v1/books/quarantine/${broken}/retry`)
      .expect(400);
    expect(refused.body.error.message).toContain('It still cannot be booked');
    const { body } = await books
      .post(`/v1/books/quarantine/${kept}/retry`)
      .expect(200);
    expect(body.state).toBe('booked');
    const report = await quality();
    expect(report.costPicoUsd).toBe(2_500_000_000n);
    expect(report.quarantine).toMatchObject({ open: 1, booked: 1 });
  });

  it('is for those who may', async () => {
    const nobody = await createBooksApp({ database, may: [] });
    for (const path of [
      'quality?month=2026-11',
      'quality/lines?month=2026-11&flag=late',
      'quarantine',
      'invoices',
      'invoices/1',
    ]) {
      await nobody.get(`/v1/books/${path}`).expect(403);
    }
    const reader = await createBooksApp({
      database,
      may: ['ai-mesh.books.read'],
    });
    await deliver({ broken: true });
    const [{ id: recordId }] = (await quarantine()).items;
    for (const path of [
      `quarantine/${recordId}/dismiss`,
      `quarantine/${recordId}/retry`,
      'invoices',
      'invoices/1/post-difference',
    ]) {
      await reader.post(`/v1/books/${path}`, { reason: 'because' }).expect(403);
    }
  });
});
