import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { TestLogger } from '../__testUtils__/startTestGateway';
import { Journal, JournalError } from './Journal';
import { segmentNumbers, segmentPath } from './Segment';

const LEASE = {
  leaseId: 'lease-1',
  departmentRef: 'group:default/customer-care',
  grantedPicoUsd: '1000',
  budgetEpoch: 1,
  expiresAtMs: 1,
};

/** A call's usage, as it is settled. */
function usage(costPicoUsd: number, more: object = {}) {
  return {
    leaseId: 'lease-1',
    costPicoUsd: BigInt(costPicoUsd),
    text: JSON.stringify(record(costPicoUsd, more)),
  };
}

function record(costPicoUsd: number, more: object = {}) {
  const lines = [{ costPicoUsd: String(costPicoUsd) }];
  return { leaseId: 'lease-1', lines, ...more };
}

describe('Journal', () => {
  let directory: string;
  let logger: TestLogger;

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'journal-'));
    logger = new TestLogger();
  });

  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  function open(segmentBytes?: number) {
    return Journal.open({ directory, logger, segmentBytes });
  }

  async function contents({ state }: Journal) {
    const usages = await readAll();
    expect(usages).toHaveLength(state.undelivered.size);
    return {
      kept: [...state.leases.keys()].map(id => [id, state.keepAfterCrash(id)]),
      undelivered: usages,
    };
  }

  /** What a next life would deliver, all of it. */
  async function readAll(): Promise<unknown[]> {
    const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'journal-'));
    fs.cpSync(directory, copy, { recursive: true });
    const life = Journal.open({ directory: copy, logger: new TestLogger() });
    const usages: unknown[] = [];
    for (
      let batch = await life.readOldest();
      batch;
      batch = await life.readOldest()
    ) {
      usages.push(...JSON.parse(`[${batch.texts}]`));
      life.acknowledged(batch.through);
    }
    expect(segmentNumbers(copy)).toHaveLength(1);
    await life.close();
    fs.rmSync(copy, { recursive: true });
    return usages;
  }

  it('knows after a crash what it knew before', async () => {
    const journal = open();
    journal.leaseGranted(LEASE);
    journal.inFlight('lease-1', 100n);
    await journal.settled(usage(4));
    await journal.settled(usage(3, { a: 'ü' }));
    journal.acknowledged(1);
    // not closed: as after kill -9
    expect(await contents(open())).toEqual({
      kept: [['lease-1', 100n]],
      undelivered: [record(3, { a: 'ü' })],
    });
  });

  it.each([
    [700, 50, 50n],
    [700, 300, 300n],
    [700, 500, 300n],
    [1100, 500, 0n],
  ])(
    'of a lease of 1000 with %i spent and %i in flight, keeps %i',
    async (spent, inFlight, kept) => {
      const journal = open();
      journal.leaseGranted(LEASE);
      journal.inFlight('lease-1', BigInt(inFlight));
      await journal.settled(usage(spent - 100));
      journal.acknowledged(1);
      await journal.settled(usage(100));
      // twice: what was delivered is no line any more in the second life's summary
      expect((await contents(open())).kept).toEqual([['lease-1', kept]]);
      expect((await contents(open())).kept).toEqual([['lease-1', kept]]);
    },
  );

  it('forgets a lease with what it has in flight when it was handed back', async () => {
    const journal = open();
    journal.leaseGranted(LEASE);
    journal.inFlight('lease-1', 10n);
    journal.leaseReleased('lease-1');
    expect(await contents(open())).toEqual({ kept: [], undelivered: [] });
  });

  it('ignores a last line that was torn, wherever it was torn: its call was not sent', async () => {
    const journal = open();
    journal.leaseGranted(LEASE);
    journal.inFlight('lease-1', 10n);
    const file = segmentPath(directory, 1);
    const whole = fs.statSync(file).size;
    journal.inFlight('lease-1', 20n);
    const bytes = fs.readFileSync(file);
    for (let length = whole; length <= bytes.length; length++) {
      for (const number of segmentNumbers(directory)) {
        fs.rmSync(segmentPath(directory, number));
      }
      fs.writeFileSync(file, bytes.subarray(0, length));
      const kept = length === bytes.length ? 20n : 10n;
      expect((await contents(open())).kept).toEqual([['lease-1', kept]]);
    }
    expect(logger.lines).toEqual([]);
  });

  it('keeps a copy of a segment with a damaged line, and says so', async () => {
    const journal = open();
    await journal.settled(usage(1, { is: 'delivered' }));
    await journal.settled(usage(1, { is: 'damaged' }));
    await journal.settled(usage(1, { is: 'whole' }));
    journal.acknowledged(1);
    const file = segmentPath(directory, 1);
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.replace('damaged', 'dxmaged'));
    const left = [record(1, { is: 'whole' })];
    expect((await contents(open())).undelivered).toEqual(left);
    expect((await contents(open())).undelivered).toEqual(left);
    expect(logger.lines[0]).toContain('1 lines of the journal are damaged');
    expect(fs.existsSync(`${file}.damaged`)).toBe(true);
  });

  it('stays small, and loses nothing when it starts a new segment', async () => {
    const journal = open(2000);
    journal.leaseGranted(LEASE);
    journal.inFlight('lease-1', 600n);
    for (let index = 0; index < 500; index++) {
      await journal.settled(usage(1, { n: index }));
      if (index < 497) journal.acknowledged(index + 1);
    }
    const numbers = segmentNumbers(directory);
    expect(numbers.length).toBeLessThan(5);
    expect(numbers[0]).toBeGreaterThan(10);
    expect(await contents(open(2000))).toEqual({
      kept: [['lease-1', 500n]],
      undelivered: [497, 498, 499].map(n => record(1, { n })),
    });
  });

  it('keeps what is undelivered in its files, and hands it out in pieces', async () => {
    const journal = open(1_000_000);
    journal.leaseGranted(LEASE);
    const text = 'x'.repeat(1000);
    for (let n = 0; n < 4000; n++) {
      if (n % 50 === 0) journal.inFlight('lease-1', BigInt(n)); // lines of another kind stand between
      const settled = journal.settled(usage(1, { n, text }));
      if (n % 7 === 0) await settled;
    }
    await journal.settled(usage(1, { n: 4000, text }));
    expect(segmentNumbers(directory)).toEqual([1, 2, 3, 4, 5]);
    const first = await journal.readOldest();
    expect(await journal.readOldest()).toEqual(first);
    expect(first?.texts.length).toBeGreaterThan(400_000);
    expect(first?.texts.length).toBeLessThan(600_000);
    const all = Array.from({ length: 4001 }, (_, n) => record(1, { n, text }));
    expect(await readAll()).toEqual(all);
    journal.acknowledged(first?.through ?? 0);
    expect(await readAll()).toEqual(all.slice(first?.through));
    journal.acknowledged(4001);
    expect(segmentNumbers(directory)).toEqual([5]);
  });

  it('delivers what it can still read when a file is damaged under it, and says so', async () => {
    const journal = open();
    await journal.settled(usage(1, { is: 'damaged' }));
    await journal.settled(usage(1, { is: 'whole' }));
    const file = segmentPath(directory, 1);
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.replace('damaged', 'dxmaged'));
    const batch = await journal.readOldest();
    expect(`${batch?.texts}`).toBe(usage(1, { is: 'whole' }).text);
    expect(batch?.through).toBe(2);
    expect(logger.lines[0]).toContain('1 usages cannot be read');
    expect(await journal.readOldest()).toEqual(batch); // as after a delivery that failed
    expect(logger.lines).toHaveLength(1);
    expect(fs.existsSync(`${file}.damaged`)).toBe(true);
  });

  it('is the same before and after a crash, for any history', async () => {
    const event = fc.constantFrom(
      'in-flight',
      'settled',
      'acknowledged',
      'granted',
      'released',
      'crash',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 20 }), async events => {
        fs.rmSync(directory, { recursive: true, force: true });
        let journal = open();
        journal.leaseGranted(LEASE);
        for (const [step, kind] of events.entries()) {
          if (kind === 'in-flight') journal.inFlight('lease-1', BigInt(step));
          if (kind === 'settled') await journal.settled(usage(400));
          if (kind === 'acknowledged') {
            const { oldest } = journal.state.undelivered;
            if (oldest) journal.acknowledged(oldest.first);
          }
          if (kind === 'granted') journal.leaseGranted(LEASE);
          if (kind === 'released') journal.leaseReleased('lease-1');
          if (kind !== 'crash') continue;
          const before = await contents(journal);
          journal = open();
          expect(await contents(journal)).toEqual(before);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('refuses to start where it cannot write, and says what to do', async () => {
    const file = path.join(directory, 'file');
    fs.writeFileSync(file, '');
    expect(() =>
      Journal.open({ directory: path.join(file, 'x'), logger }),
    ).toThrow(
      /Cannot open the gateway's journal in .*file.x: .*aiMeshGateway.dataDirectory/,
    );
  });

  it('makes room on a full disk by what is delivered', async () => {
    const journal = open(2000);
    for (let n = 0; n < 30; n++) await journal.settled(usage(1, { n }));
    const before = segmentNumbers(directory);
    expect(before.length).toBeGreaterThan(1);
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const spy = jest.spyOn(fs, 'writeSync').mockImplementation(() => {
      throw full;
    });
    expect(() => journal.acknowledged(30)).toThrow(JournalError);
    spy.mockRestore();
    expect(segmentNumbers(directory)).toEqual(before.slice(-1));
    expect(journal.state.undelivered.size).toBe(0);
    await journal.settled(usage(1, { n: 30 }));
    const usages = await readAll();
    expect(usages.at(-1)).toEqual(record(1, { n: 30 }));
    expect(usages.length).toBeLessThan(30); // those of the last file once more
  });

  it('says when the disk is full, leaves no half a line, and goes on when there is space', async () => {
    const journal = open();
    journal.leaseGranted(LEASE);
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const real = fs.writeSync;
    let calls = 0;
    const spy = jest.spyOn(fs, 'writeSync').mockImplementation(((
      file: number,
      bytes: Buffer,
      offset: number,
      length: number,
      position: number,
    ) => {
      calls += 1;
      if (calls > 1) throw full;
      return real(file, bytes, offset, Math.min(length, 10), position);
    }) as typeof fs.writeSync);
    expect(() => journal.inFlight('lease-1', 10n)).toThrow(JournalError);
    await expect(journal.settled(usage(1))).rejects.toThrow(JournalError);
    spy.mockRestore();
    expect(await contents(journal)).toEqual({
      kept: [['lease-1', 0n]],
      undelivered: [],
    });
    journal.inFlight('lease-1', 20n);
    await journal.settled(usage(1));
    expect(await contents(open())).toEqual({
      kept: [['lease-1', 20n]],
      undelivered: [record(1)],
    });
    expect(logger.lines).toEqual([]);
  });
});
