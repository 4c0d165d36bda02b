import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { UsageSink } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { Knex } from 'knex';
import { clearBooks } from '../__testUtils__/books';
import { MemorySink } from '../__testUtils__/MemorySink';
import { CUSTOMER_CARE } from '../__testUtils__/organisation';
import { SinkPortals } from '../__testUtils__/SinkPortals';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { ledgerLine } from '../__testUtils__/usage';
import { applyMigrations } from '../database/applyMigrations';
import { isPostgres } from '../database/insertRows';
import { createUsageOutbox } from './UsageOutbox';

jest.setTimeout(60_000);

const databases = createTestDatabases();

describe.each(databases.eachSupportedId())('usage sinks, %p', id => {
  let database: Knex;
  let portals: SinkPortals;

  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(async () => {
    await clearBooks(database);
    portals = new SinkPortals(database);
  });

  it('sends a line with all that was booked, and forgets it', async () => {
    const sink = new MemorySink();
    const { deliver, store } = await portals.start([sink]);
    await portals.book([
      ledgerLine({
        occurredAt: new Date('2026-11-22T11:59:59.999Z'),
        quantity: -(2n ** 53n) - 1n,
        cost: picoUsd(-(2n ** 53n) - 1n),
        avoided: picoUsd(7n),
        requestedModel: 'large',
        costCentre: '2000',
        flags: ['estimated'],
        leaseId: 'a lease that nobody knows',
        replicaId: 'gateway-1',
        revision: 1,
      }),
    ]);
    await deliver();
    expect(sink.calls).toEqual([
      [
        {
          version: 1,
          id: 'request-1/1/0/1',
          requestId: 'request-1',
          attempt: 1,
          lineNo: 0,
          revision: 1,
          occurredAt: '2026-11-22T11:59:59.999Z',
          postedAt: '2026-11-22T11:59:59.999Z',
          bookedAt: '2026-11-22T12:00:00.000Z',
          departmentRef: CUSTOMER_CARE,
          costCentre: '2000',
          applicationRef: 'component:default/support-bot',
          keyId: 'AbCdEfGhIjKl',
          model: 'mini',
          requestedModel: 'large',
          servedBecause: 'requested',
          targetId: 'mini/openai',
          provider: 'openai',
          region: '',
          serviceTier: 'standard',
          chargeClass: 'input',
          priceVersionId: 'price-of-a-test',
          source: 'live',
          debitAccount: `expense:${CUSTOMER_CARE}`,
          creditAccount: 'payable:openai',
          calls: 0,
          quantity: '-9007199254740993',
          costPicoUsd: '-9007199254740993',
          avoidedPicoUsd: '7',
          flags: ['estimated', 'unknown-lease'],
          replicaId: 'gateway-1',
        },
      ],
    ]);
    await expect(portals.countRows('usage_outbox')).resolves.toBe(0);
    await expect(portals.countRows('usage_outbox_pending')).resolves.toBe(0);
    await expect(store.list()).resolves.toEqual([
      {
        id: 'memory',
        addedAt: '2026-11-22T12:00:00.000Z',
        waitingLines: 0,
        waitingBatches: 0,
        deliveredLines: 1,
        lastDeliveredAt: '2026-11-22T12:00:00.000Z',
        failedAttempts: 0,
      },
    ]);
  });

  it('sends what was booked, and nothing of a booking that failed or came again', async () => {
    const sink = new MemorySink();
    const { deliver } = await portals.start([sink]);
    await portals.bookRequests('request-1');
    const broken = ledgerLine({ occurredAt: new Date(Number.NaN) });
    await expect(
      portals.book([ledgerLine({ requestId: 'request-2' }), broken]),
    ).rejects.toThrow();
    await portals.bookRequests('request-1');
    await portals.bookRequests('request-1', 'request-3');
    await deliver();
    expect(sink.ids().flat()).toEqual(['request-1/1/0/0', 'request-3/1/0/0']);
    expect(sink.calls.flat().map(each => each.calls)).toEqual([1, 1]);
  });

  it('sends in the order of booking, a bounded number of lines at once', async () => {
    const sink = new MemorySink();
    const { deliver } = await portals.start([sink], {
      largestDelivery: { batches: 4, lines: 5 },
    });
    // more than ten batches, so that an order by the text of their ids would show
    for (let batch = 1; batch <= 12; batch++) {
      await portals.bookRequests(`b-${batch}`, `a-${batch}`);
    }
    await portals.book(
      Array.from({ length: 1_001 }, (_, index) =>
        ledgerLine({ lineNo: index, requestId: 'large' }),
      ),
    );
    await deliver();
    expect(sink.calls.map(lines => lines.length)).toEqual([
      4, 4, 4, 4, 4, 4, 1_000, 1,
    ]);
    const batches = sink
      .distinct()
      .map(each => Number(each.requestId.slice(2)));
    const small = batches.filter(each => !Number.isNaN(each));
    expect(small).toEqual([...small].sort((a, b) => a - b));
  });

  it('sends the same lines first when it was killed between a call and its confirmation', async () => {
    const sink = new MemorySink();
    const killed = await portals.start([sink]);
    jest.spyOn(killed.store, 'confirm').mockRejectedValue(new Error('killed'));
    await portals.bookRequests('request-1', 'request-2');
    await expect(killed.deliver()).rejects.toThrow('killed');
    await portals.bookRequests('request-3');

    const restarted = await portals.start([sink]);
    await restarted.deliver();
    expect(sink.ids()).toEqual([
      ['request-1/1/0/0', 'request-2/1/0/0'],
      ['request-1/1/0/0', 'request-2/1/0/0'],
      ['request-3/1/0/0'],
    ]);
  });

  it('tries again after growing pauses, for ever, and loses neither lines nor order', async () => {
    const sink = new MemorySink();
    const { deliver, store } = await portals.start([sink]);
    sink.failures = 12;
    sink.takesBeforeItFails = true;
    await portals.bookRequests('request-1');
    const pausesMs: number[] = [];
    while (sink.failures > 0) {
      await deliver();
      const [{ retryAt = '' }] = await store.list();
      const pauseMs = Date.parse(retryAt) - portals.nowMs;
      pausesMs.push(pauseMs);
      portals.nowMs += pauseMs - 1;
      const failures = sink.failures;
      await deliver(); // too early
      expect(sink.failures).toBe(failures);
      portals.nowMs += 1;
      await portals.bookRequests(`request-${portals.nowMs}`);
    }
    expect(pausesMs).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
      60_000, 60_000, 60_000,
    ]);
    await expect(store.list()).resolves.toMatchObject([
      {
        failedAttempts: 12,
        failingSince: '2026-11-22T12:00:00.000Z',
        oldestWaitingAt: '2026-11-22T12:00:00.000Z',
        waitingLines: 13,
        waitingBatches: 13,
      },
    ]);
    await deliver();
    // however long it was down: what was sent first comes again by itself
    expect(sink.ids().slice(0, 13)).toEqual(
      Array.from({ length: 13 }, () => ['request-1/1/0/0']),
    );
    expect(sink.distinct()).toHaveLength(13);
    const times = sink.distinct().map(each => each.bookedAt);
    expect(times).toEqual([...times].sort());
    await expect(store.list()).resolves.toMatchObject([
      { failedAttempts: 0, deliveredLines: 13, waitingLines: 0 },
    ]);
  });

  it('warns once a minute, with what waits and for how long', async () => {
    const sink = new MemorySink();
    const { deliver } = await portals.start([sink]);
    sink.failures = 1_000;
    await portals.bookRequests('request-1', 'request-2');
    for (let second = 0; second < 120; second += 5) {
      await deliver();
      portals.nowMs += 5_000;
    }
    expect(portals.logger.warn).toHaveBeenCalledTimes(2);
    expect(portals.logger.warn).toHaveBeenLastCalledWith(
      expect.stringMatching(
        /^Usage sink "memory" failed \d+ times since 2026-11-22T12:00:00.000Z, at last: the sink is down. 2 lines wait, the first since 2026-11-22T12:00:00.000Z/,
      ),
    );
  });

  it('does not wait for ever for a sink that hangs, and stops at once when the portal does', async () => {
    const seen: AbortSignal[] = [];
    const hanging: UsageSink = {
      id: 'hanging',
      write: (_lines, { signal }) => {
        seen.push(signal);
        return new Promise(() => {});
      },
    };
    const { deliver, store } = await portals.start([hanging], {
      writeTimeoutMs: 20,
    });
    await portals.bookRequests('request-1');
    await deliver();
    expect(seen[0].aborted).toBe(true);
    await expect(store.list()).resolves.toMatchObject([{ failedAttempts: 1 }]);
    expect(portals.logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('no answer within 20 ms'),
    );

    const patient = await portals.start([hanging], { writeTimeoutMs: 50_000 });
    portals.nowMs += 1_000;
    const stop = new AbortController();
    const stopped = patient.deliver(stop.signal);
    stop.abort();
    await stopped;
    // a stop is no failure of the sink
    await expect(store.list()).resolves.toMatchObject([{ failedAttempts: 1 }]);
  });

  it('does not let one sink wait for another, and keeps a batch until all have it', async () => {
    const up = new MemorySink('up');
    const down = new MemorySink('down');
    const { deliver, store } = await portals.start([up, down]);
    down.failures = 1;
    await portals.bookRequests('request-1');
    await deliver();
    expect(up.distinct()).toHaveLength(1);
    expect(down.distinct()).toHaveLength(0);
    await expect(portals.countRows('usage_outbox')).resolves.toBe(1);
    await expect(store.list()).resolves.toMatchObject([
      { id: 'down', waitingLines: 1 },
      { id: 'up', waitingLines: 0 },
    ]);

    portals.nowMs += 1_000;
    await deliver();
    expect(up.calls).toHaveLength(1);
    expect(down.distinct()).toEqual(up.distinct());
    await expect(portals.countRows('usage_outbox')).resolves.toBe(0);
  });

  it('starts a new sink with what is booked from then on', async () => {
    const first = new MemorySink('first');
    await portals.start([first]);
    await portals.bookRequests('request-1');
    const second = new MemorySink('second');
    const { deliver } = await portals.start([first, second]);
    await portals.bookRequests('request-2');
    await deliver();
    expect(first.ids().flat()).toEqual(['request-1/1/0/0', 'request-2/1/0/0']);
    expect(second.ids().flat()).toEqual(['request-2/1/0/0']);
  });

  it('finds what was committed late, behind a batch of a higher id', async () => {
    // SQLite has one writer: ids are committed in their order there
    if (!isPostgres(database)) return;
    const sink = new MemorySink();
    const { deliver } = await portals.start([sink]);
    const outbox = createUsageOutbox({ sinkIds: [sink.id] });
    const add = (transaction: Knex.Transaction, requestId: string) => {
      const line = ledgerLine({ requestId });
      const { occurredAt: postedAt, flags } = line;
      const booked = [{ line, postedAt, flags, dimensionId: 1 }];
      return outbox(transaction, booked, { bookedAt: new Date(portals.nowMs) });
    };
    const slow = await database.transaction();
    await add(slow, 'slow');
    await database.transaction(quick => add(quick, 'quick'));
    await deliver();
    expect(sink.ids()).toEqual([['quick/1/0/0']]);
    await slow.commit();
    await deliver();
    expect(sink.ids()).toEqual([['quick/1/0/0'], ['slow/1/0/0']]);
  });

  it('loses nothing and keeps order when many book and two replicas deliver at the same time', async () => {
    const sink = new MemorySink();
    const options = { largestDelivery: { batches: 3, lines: 10 } };
    const one = await portals.start([sink], options);
    const other = await portals.start([sink], options);
    const sequences = Array.from({ length: 4 }, async (_, writer) => {
      for (let step = 0; step < 10; step++) {
        await portals.bookRequests(`${writer}-${step}`);
        if (step % 3 === 0) await Promise.all([one.deliver(), other.deliver()]);
      }
    });
    await Promise.all(sequences);
    await Promise.all([one.deliver(), other.deliver()]);

    const names = sink.distinct().map(each => each.requestId);
    expect(names).toHaveLength(40);
    for (let writer = 0; writer < 4; writer++) {
      const own = names.filter(each => each.startsWith(`${writer}-`));
      expect(own).toEqual(
        Array.from({ length: 10 }, (_, step) => `${writer}-${step}`),
      );
    }
    await expect(portals.countRows('usage_outbox')).resolves.toBe(0);
  });
});
