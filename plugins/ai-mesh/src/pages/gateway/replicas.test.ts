import { replica, target } from '../../__testUtils__/fakeReplicas';
import { backlogOf, replicaRowsOf, summaryOf } from './replicas';
import { targetsOf } from './targets';

const NOW = new Date('2026-11-22T10:30:00Z');

function statesOf(...versions: (string | undefined)[]) {
  return replicaRowsOf(
    versions.map((snapshotVersion, index) =>
      replica(`gateway-${index}`, NOW, { snapshotVersion }),
    ),
  ).map(row => row.snapshot);
}

describe('the snapshot of a replica', () => {
  it.each([
    [['a'], ['only']],
    [[undefined], ['none']],
    [
      ['a', 'a'],
      ['same', 'same'],
    ],
    [
      ['a', 'a', 'b'],
      ['same', 'same', 'behind'],
    ],
    [
      ['a', 'b'],
      ['differs', 'differs'],
    ],
    [
      ['a', undefined],
      ['same', 'none'],
    ],
  ])('of %j is %j', (versions, states) => {
    expect(statesOf(...versions)).toEqual(states);
  });

  it('is not compared with those of replicas that are not heard of', () => {
    const gone = { isAlive: false, snapshotVersion: 'old' };
    const rows = replicaRowsOf([
      replica('gateway-0', NOW, gone),
      replica('gateway-1', NOW, gone),
      replica('gateway-2', NOW, { snapshotVersion: 'new' }),
    ]);
    expect(rows.map(row => [row.id, row.snapshot])).toEqual([
      ['gateway-2', 'only'],
      ['gateway-0', 'unknown'],
      ['gateway-1', 'unknown'],
    ]);
  });
});

describe('backlogOf', () => {
  const waiting = (seconds: number) =>
    replica('gateway-0', NOW, {
      lastSeenAt: NOW.toISOString(),
      undeliveredRecords: 3,
      oldestUndeliveredAt: new Date(
        NOW.getTime() - seconds * 1000,
      ).toISOString(),
    });

  it.each([
    [5, false],
    [60, false],
    [61, true],
  ])('of usage that waits %d s: late is %s', (seconds, isLate) => {
    expect(backlogOf(waiting(seconds))).toEqual({
      ageMs: seconds * 1000,
      isLate,
    });
  });

  it('is none when all is delivered', () => {
    expect(backlogOf(replica('gateway-0', NOW))).toBeUndefined();
  });
});

describe('summaryOf', () => {
  const [x, y] = [target('a/x', 'x'), target('a/y', 'y')];
  const open = target('b/x', 'x', { circuit: 'open' });
  const tried = target('c/x', 'x', { circuit: 'half-open' });
  const gone = { isAlive: false };

  it.each([
    ['1 target well; 1 replica', [[x]], 0],
    ['2 targets well, 1 left alone; 2 replicas', [[x, y, open], [x]], 0],
    ['0 targets well, 1 being tried again; 1 replica', [[tried]], 0],
    ['1 target well; 1 replica, 2 more not heard of', [[x]], 2],
    ['No replica is heard of now; 1 was within the last day', [], 1],
  ])('says "%s"', (text, alive, silent) => {
    const replicas = [
      ...alive.map((targets, index) =>
        replica(`gateway-${index}`, NOW, { targets }),
      ),
      ...Array.from({ length: silent }, (_, index) =>
        replica(`old-${index}`, NOW, gone),
      ),
    ];
    expect(summaryOf(targetsOf(replicas), replicas)).toBe(text);
  });
});
