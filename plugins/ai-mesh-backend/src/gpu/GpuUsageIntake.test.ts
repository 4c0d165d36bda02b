import {
  gpuCostQuerySchema,
  parseUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { applyMigrations } from '../database/applyMigrations';
import { RESEARCH } from '../__testUtils__/organisation';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import {
  clearGpu,
  createGpuServices,
  FakeLedger,
} from './__testUtils__/gpuDomain';
import {
  gpuAllocation,
  gpuRecord,
  TEN_O_CLOCK,
} from './__testUtils__/gpuRecords';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const H100 = 'azure-vm/Standard_ND96isr_H100_v5';
const HOUR_MS = 3_600_000;
const NOVEMBER = gpuCostQuerySchema.parse({
  from: '2026-11-01T00:00:00Z',
  to: '2026-12-01T00:00:00Z',
});
const EVERYTHING = { departmentRefs: [], seesMachines: true };

describe.each(databases.eachSupportedId())('GPU usage, %p', id => {
  let database: Knex;
  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(() => clearGpu(database));

  function setup(usdPerHour: Record<string, string> = { [H100]: '80' }) {
    const services = createGpuServices({ database, usdPerHour });
    const take = (...records: unknown[]) =>
      services.intake.take({ reporterId: 'fleet', records });
    const billed = async () =>
      (await services.costs.report(NOVEMBER, EVERYTHING)).total.billedPicoUsd;
    return { ...services, take, billed };
  }

  it('books a record once, however often and in however many deliveries it comes', async () => {
    const { take, ledger, billed } = setup();
    const record = gpuRecord({ allocations: [gpuAllocation()] });
    await expect(take(record, record)).resolves.toEqual({
      booked: 1,
      waiting: 0,
      repeated: 1,
      rejected: [],
    });
    const lines = new Map(ledger.lines);
    const deliveries = await Promise.all([1, 2, 3].map(() => take(record)));
    expect(deliveries.map(each => each.repeated)).toEqual([1, 1, 1]);
    expect(ledger.lines).toEqual(lines);
    expect(ledger.balances()).toMatchObject({
      'payable:azure': -parseUsd('80'),
      'clearing:gpu': 0n,
      [`expense:${RESEARCH}`]: parseUsd('10'),
    });
    await expect(billed()).resolves.toBe(parseUsd('80'));
  });

  it('bills no minute of a machine twice, also not when two deliveries race', async () => {
    const { take, ledger } = setup();
    const half = HOUR_MS / 2;
    const from = TEN_O_CLOCK;
    const results = await Promise.all([
      take(gpuRecord()),
      take(gpuRecord({ from: from + half / 2, to: from + half })),
      take(gpuRecord({ from: from + half })),
    ]);
    expect(ledger.balances()['payable:azure']).toBeLessThan(0n);
    expect(-ledger.balances()['payable:azure']).toBeLessThanOrEqual(
      parseUsd('80'),
    );
    expect(
      results.flatMap(each => each.rejected.map(({ reason }) => reason)),
    ).toContain(
      'from: another record of this machine covers part of this time already',
    );
    await expect(
      take(
        gpuRecord({ machineId: 'vm-2' }),
        gpuRecord({ from: from + HOUR_MS, to: from + 2 * HOUR_MS }),
      ),
    ).resolves.toMatchObject({ booked: 2, rejected: [] });
  });

  it('keeps what was recorded first, and puts what contradicts it aside', async () => {
    const { take, billed } = setup();
    await take(gpuRecord());
    const answer = await take(gpuRecord({ gpuCount: 4 }));
    expect(answer.rejected).toEqual([
      { index: 0, reason: expect.stringContaining('with other content') },
    ]);
    await expect(
      database('usage_quarantine').select('replica_id', 'reason'),
    ).resolves.toEqual([
      { replica_id: 'gpu/fleet', reason: answer.rejected[0].reason },
    ]);
    await expect(billed()).resolves.toBe(parseUsd('80'));
  });

  it.each([
    ['no record', 'nonsense', /expected/i],
    ['negative seconds', allocate({ seconds: -1 }), /allocations\.0\.seconds/],
    ['a negative share', allocate({ gpus: '-1' }), /allocations\.0\.gpus/],
    [
      'a part of a GPU as a whole one',
      allocate({ gpus: '1/2', method: 'whole' }),
      /gpus: must be a whole number/,
    ],
    [
      'more than the machine has',
      {
        ...gpuRecord({ gpuCount: 1 }),
        allocations: [
          gpuAllocation({ gpus: '4/7', method: 'mig' }),
          gpuAllocation({ gpus: '4/7', method: 'mig' }),
        ],
      },
      /sum to more GPU time than the machine has/,
    ],
    [
      'more time than the record has',
      { ...allocate({}), to: TEN_O_CLOCK + 1_800_000 },
      /is more than the 1800 s of the record/,
    ],
    [
      'two hours',
      { ...gpuRecord(), to: TEN_O_CLOCK + 2 * HOUR_MS },
      /same hour/,
    ],
    [
      'an end before its start',
      { ...gpuRecord(), to: TEN_O_CLOCK },
      /after `from`/,
    ],
    [
      'parts of a second',
      { ...gpuRecord(), from: TEN_O_CLOCK + 1 },
      /whole second/,
    ],
    [
      'more activity than all',
      allocate({ activeShare: '1.2' }),
      /share from 0 to 1/,
    ],
    ['a misspelt field', { ...gpuRecord(), gpus: 8 }, /gpus/],
    [
      'an eviction from a machine on demand',
      {
        ...gpuRecord(),
        evictions: [{ at: TEN_O_CLOCK, lostWorkSeconds: 1, restartSeconds: 1 }],
      },
      /only a spot machine/,
    ],
    [
      'the future',
      gpuRecord({
        from: Date.UTC(2026, 11, 1, 5),
        to: Date.UTC(2026, 11, 1, 6),
      }),
      /future/,
    ],
    ['long ago', gpuRecord({ from: 0, to: HOUR_MS }), /400 days/],
    [
      'what no database stores',
      { ...gpuRecord(), pool: 'a\u0000b' },
      /control characters/,
    ],
  ])('refuses %s alone, says why, and keeps it', async (_what, bad, reason) => {
    const { take, billed } = setup();
    const answer = await take(bad, gpuRecord());
    expect(answer).toMatchObject({ booked: 1, rejected: [{ index: 0 }] });
    expect(answer.rejected[0].reason).toMatch(reason);
    const [kept] = await database('usage_quarantine').select();
    expect(JSON.parse(kept.record)).toEqual(JSON.parse(JSON.stringify(bad)));
    await expect(billed()).resolves.toBe(parseUsd('80'));
  });

  it('keeps what has no price, shows it, and books it when a price appears', async () => {
    const prices: Record<string, string> = {};
    const { take, booking, ledger, costs, logger } = setup(prices);
    const record = gpuRecord({ allocations: [gpuAllocation()] });
    await expect(take(record)).resolves.toMatchObject({
      booked: 0,
      waiting: 1,
    });
    await expect(take(record)).resolves.toMatchObject({ repeated: 1 });
    await booking.sweep();
    await booking.sweep();
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(ledger.lines.size).toBe(0);
    const report = await costs.report(NOVEMBER, EVERYTHING);
    expect(report.total.billedPicoUsd).toBe(0n);
    expect(report.waiting).toEqual([
      {
        vmSize: 'Standard_ND96isr_H100_v5',
        region: 'westeurope',
        priority: 'on-demand',
        records: 1,
        seconds: 3_600n,
        since: '2026-11-20T10:00:00.000Z',
      },
    ]);
    prices[H100] = '80';
    await booking.sweep();
    const booked = await costs.report(NOVEMBER, EVERYTHING);
    expect(booked.total.billedPicoUsd).toBe(parseUsd('80'));
    expect(booked.waiting).toEqual([]);
    expect(-ledger.balances()['payable:azure']).toBe(parseUsd('80'));
  });

  it('loses and doubles nothing when the ledger is away, or the process ends half way', async () => {
    const { take, booking, ledger, store } = setup();
    ledger.failure = new Error('away');
    await expect(
      take(gpuRecord({ allocations: [gpuAllocation()] })),
    ).resolves.toMatchObject({ booked: 0, waiting: 1 });
    ledger.failure = undefined;
    // the lines are posted, and the process ends before it says so
    jest.spyOn(store, 'markBooked').mockRejectedValueOnce(new Error('killed'));
    await expect(booking.sweep()).rejects.toThrow('killed');
    const lines = new Map(ledger.lines);
    expect(lines.size).toBe(4);
    await Promise.all([booking.sweep(), booking.sweep()]);
    expect(ledger.lines).toEqual(lines);
    const [hour] = await database('gpu_machine_hours').select('state');
    expect(hour.state).toBe('booked');
  });

  it('fixes the cost once: a price that changes before the booking changes nothing', async () => {
    const ledger = new FakeLedger();
    ledger.failure = new Error('away');
    const prices = { [H100]: '80' };
    const { intake, booking } = createGpuServices({
      database,
      usdPerHour: prices,
      ledger,
    });
    await intake.take({ reporterId: 'fleet', records: [gpuRecord()] });
    prices[H100] = '40';
    ledger.failure = undefined;
    await booking.sweep();
    expect(-ledger.balances()['payable:azure']).toBe(parseUsd('80'));
  });

  it('compares spot with an on-demand price that becomes known later', async () => {
    const prices: Record<string, string> = { [`${H100}/spot`]: '30' };
    const { take, booking, costs } = setup(prices);
    await take(
      gpuRecord({
        priority: 'spot',
        evictions: [
          { at: TEN_O_CLOCK, lostWorkSeconds: 500, restartSeconds: 100 },
        ],
      }),
    );
    const before = await costs.report(NOVEMBER, EVERYTHING);
    expect(before.spot).toEqual([
      expect.objectContaining({
        pool: 'h100',
        month: '2026-11',
        spotPicoUsd: parseUsd('30'),
        onDemandPicoUsd: 0n,
        comparedPicoUsd: 0n,
        reworkPicoUsd: parseUsd('5'),
        netSavingPicoUsd: -parseUsd('5'),
      }),
    ]);
    prices[H100] = '80';
    await booking.sweep();
    const after = await costs.report(NOVEMBER, EVERYTHING);
    expect(after.spot).toEqual([
      expect.objectContaining({
        onDemandPicoUsd: parseUsd('80'),
        comparedPicoUsd: parseUsd('30'),
        evictions: 1n,
        reworkSeconds: 600n,
        netSavingPicoUsd: parseUsd('45'),
      }),
    ]);
    expect(after.rows[0].spotNetSavingPicoUsd).toBe(parseUsd('45'));
  });
});

function allocate(changes: Partial<ReturnType<typeof gpuAllocation>>) {
  return gpuRecord({ allocations: [gpuAllocation(changes)] });
}
