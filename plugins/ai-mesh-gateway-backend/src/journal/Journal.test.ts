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

  function contents(journal: Journal) {
    const { leases, openCalls, undelivered } = journal.state;
    return {
      leases: [...leases.keys()],
      openCalls: [...openCalls.entries()],
      undelivered: [...undelivered.entries()],
    };
  }

  it('knows after a crash what it knew before', async () => {
    const journal = open();
    journal.leaseGranted(LEASE);
    for (const id of ['unknown', 'settled', 'voided', 'acknowledged']) {
      await journal.dispatched(id, 'lease-1', '10');
    }
    await journal.settled('settled', { leaseId: 'lease-1', text: '{"a":"ü"}' });
    await journal.voided('voided');
    await journal.settled('acknowledged', { leaseId: 'lease-1', text: '{}' });
    journal.acknowledged(['acknowledged']);
    // not closed: as after kill -9
    expect(contents(open())).toEqual({
      leases: ['lease-1'],
      openCalls: [['unknown', { leaseId: 'lease-1', heldPicoUsd: '10' }]],
      undelivered: [['settled', { leaseId: 'lease-1', text: '{"a":"ü"}' }]],
    });
  });

  it('forgets a lease with its open calls when it was handed back', async () => {
    const journal = open();
    journal.leaseGranted(LEASE);
    await journal.dispatched('unknown', 'lease-1', '10');
    journal.leaseReleased('lease-1');
    expect(contents(open())).toEqual({
      leases: [],
      openCalls: [],
      undelivered: [],
    });
  });

  it('ignores a last line that was torn, wherever it was torn', async () => {
    const journal = open();
    journal.leaseGranted(LEASE);
    const file = segmentPath(directory, 1);
    const whole = fs.statSync(file).size;
    await journal.dispatched('torn', 'lease-1', '10');
    const bytes = fs.readFileSync(file);
    for (let length = whole; length < bytes.length; length++) {
      for (const number of segmentNumbers(directory)) {
        fs.rmSync(segmentPath(directory, number));
      }
      fs.writeFileSync(file, bytes.subarray(0, length));
      const { leases, openCalls } = contents(open());
      expect({ leases, openCalls }).toEqual({
        leases: ['lease-1'],
        openCalls: [],
      });
    }
    expect(logger.lines).toEqual([]);
  });

  it('keeps a copy of a segment with a damaged line, and says so', async () => {
    const journal = open();
    journal.leaseGranted(LEASE);
    await journal.dispatched('damaged', 'lease-1', '10');
    await journal.dispatched('whole', 'lease-1', '10');
    const file = segmentPath(directory, 1);
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.replace('damaged', 'dxmaged'));
    expect(contents(open()).openCalls.map(([id]) => id)).toEqual(['whole']);
    expect(logger.lines[0]).toContain('1 lines of the journal are damaged');
    expect(fs.existsSync(`${file}.damaged`)).toBe(true);
  });

  it('stays small, and loses nothing when it starts a new segment', async () => {
    const journal = open(2000);
    journal.leaseGranted(LEASE);
    for (let index = 0; index < 500; index++) {
      const id = `call-${index}`;
      await journal.dispatched(id, 'lease-1', '10');
      await journal.settled(id, { leaseId: 'lease-1', text: `{"n":${index}}` });
      if (index >= 3) journal.acknowledged([id]);
    }
    expect(segmentNumbers(directory)).toHaveLength(1);
    expect(segmentNumbers(directory)[0]).toBeGreaterThan(10);
    expect(contents(open(2000)).undelivered.map(([id]) => id)).toEqual([
      'call-0',
      'call-1',
      'call-2',
    ]);
  });

  it('is the same before and after a crash, for any history', async () => {
    const ids = fc.constantFrom('a', 'b', 'c');
    const event = fc.oneof(
      fc.tuple(fc.constant('dispatched'), ids),
      fc.tuple(fc.constant('settled'), ids),
      fc.tuple(fc.constant('voided'), ids),
      fc.tuple(fc.constant('acknowledged'), ids),
      fc.tuple(fc.constant('crash'), ids),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 20 }), async events => {
        fs.rmSync(directory, { recursive: true, force: true });
        let journal = open();
        for (const [kind, id] of events) {
          if (kind === 'dispatched')
            await journal.dispatched(id, 'lease-1', '1');
          if (kind === 'settled') {
            await journal.settled(id, { leaseId: 'lease-1', text: '{}' });
          }
          if (kind === 'voided') await journal.voided(id);
          if (kind === 'acknowledged') journal.acknowledged([id]);
          if (kind !== 'crash') continue;
          const before = contents(journal);
          journal = open();
          expect(contents(journal)).toEqual(before);
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

  it('says when the disk is full, leaves no half a line, and goes on when there is space', async () => {
    const journal = open();
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
    await expect(journal.dispatched('lost', 'lease-1', '1')).rejects.toThrow(
      JournalError,
    );
    spy.mockRestore();
    await journal.dispatched('kept', 'lease-1', '1');
    expect(contents(open()).openCalls.map(([id]) => id)).toEqual(['kept']);
    expect(logger.lines).toEqual([]);
  });
});
