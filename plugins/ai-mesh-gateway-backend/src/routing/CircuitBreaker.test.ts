import fc from 'fast-check';
import { CircuitBreaker } from './CircuitBreaker';

const CIRCUIT = { failures: 3, pauseMs: 1_000, longestPauseMs: 4_000 };

describe('CircuitBreaker', () => {
  let nowMs: number;
  let breaker: CircuitBreaker;

  beforeEach(() => {
    nowMs = 50_000;
    breaker = new CircuitBreaker({
      circuit: CIRCUIT,
      clock: () => nowMs,
      random: () => 0,
    });
  });

  function attempt(isGood: boolean): void {
    const probe = breaker.started();
    if (isGood) breaker.succeeded();
    else breaker.failed(probe);
    breaker.ended(probe);
  }

  function open(): void {
    for (let count = 0; count < CIRCUIT.failures; count++) attempt(false);
  }

  it('opens after so many failures in a row, not before', () => {
    attempt(false);
    attempt(false);
    expect(breaker.isAvailable).toBe(true);
    expect(breaker.state).toBe('closed');
    attempt(false);
    expect(breaker.isAvailable).toBe(false);
    expect(breaker.state).toBe('open');
    expect(breaker.waitMs).toBe(1_000);
  });

  it('begins to count anew after a success', () => {
    for (let round = 0; round < 10; round++) {
      attempt(false);
      attempt(false);
      attempt(true);
    }
    expect(breaker.state).toBe('closed');
  });

  it('lets one call at a time try, when the pause is over', () => {
    open();
    nowMs += 999;
    expect(breaker.isAvailable).toBe(false);
    nowMs += 1;
    expect(breaker.state).toBe('half-open');
    expect(breaker.isAvailable).toBe(true);
    breaker.started();
    expect(breaker.isAvailable).toBe(false);
    expect(breaker.state).toBe('half-open');
    breaker.succeeded();
    expect(breaker.isAvailable).toBe(true);
    expect(breaker.state).toBe('closed');
  });

  it('doubles the pause after each failed try, up to the longest, and forgets that after a success', () => {
    open();
    const pauses: number[] = [];
    for (let round = 0; round < 4; round++) {
      nowMs += breaker.waitMs;
      attempt(false);
      pauses.push(breaker.waitMs);
    }
    expect(pauses).toEqual([2_000, 4_000, 4_000, 4_000]);
    nowMs += breaker.waitMs;
    attempt(true);
    open();
    expect(breaker.waitMs).toBe(1_000);
  });

  it('lets the next call try when one says nothing of the target', () => {
    open();
    nowMs += 1_000;
    breaker.ended(breaker.started());
    expect(breaker.state).toBe('half-open');
    expect(breaker.isAvailable).toBe(true);
  });

  it('lets nobody else try because a call from before it opened comes to its end', () => {
    const before = breaker.started();
    open();
    nowMs += 1_000;
    const probe = breaker.started();
    expect(before).toBeUndefined();
    expect(probe).toBeDefined();
    breaker.failed(before);
    breaker.ended(before);
    expect(breaker.isAvailable).toBe(false);
    breaker.failed(probe);
    expect(breaker.waitMs).toBe(2_000); // doubled once, by the one that tried
  });

  it('adds up to a fifth of the pause by chance', () => {
    breaker = new CircuitBreaker({
      circuit: CIRCUIT,
      clock: () => nowMs,
      random: () => 0.5,
    });
    open();
    expect(breaker.waitMs).toBe(1_100);
  });

  it('never lets a second call try at once, whatever happens to the others', () => {
    const events = fc.array(
      fc.record({
        what: fc.constantFrom('call', 'good', 'bad', 'given-up', 'later'),
        which: fc.nat(),
      }),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(events, happenings => {
        nowMs = 50_000;
        const each = new CircuitBreaker({
          circuit: CIRCUIT,
          clock: () => nowMs,
          random: () => 0,
        });
        let underWay: Array<{ probe?: number; isTrying: boolean }> = [];
        for (const { what, which } of happenings) {
          if (what === 'later') nowMs += 700;
          else if (what === 'call') {
            if (!each.isAvailable) continue;
            const probe = each.started();
            underWay.push({ probe, isTrying: probe !== undefined });
          } else if (underWay.length > 0) {
            const [{ probe }] = underWay.splice(which % underWay.length, 1);
            if (what === 'good') {
              each.succeeded();
              // it is closed: nobody tries any more
              underWay = underWay.map(call => ({ ...call, isTrying: false }));
            }
            if (what === 'bad') each.failed(probe);
            each.ended(probe);
          }
          const trying = underWay.filter(({ isTrying }) => isTrying);
          expect(trying.length).toBeLessThanOrEqual(1);
          expect(each.waitMs).toBeLessThanOrEqual(CIRCUIT.longestPauseMs);
        }
      }),
    );
  });
});
