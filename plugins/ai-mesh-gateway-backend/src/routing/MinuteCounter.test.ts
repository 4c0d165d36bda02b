import fc from 'fast-check';
import { MinuteCounter } from './MinuteCounter';

describe('MinuteCounter', () => {
  it('forgets what is a minute old, within five seconds', () => {
    let nowMs = 1_000_000;
    const counter = new MinuteCounter(() => nowMs);
    counter.add();
    counter.add();
    nowMs += 54_000;
    counter.add();
    expect(counter.count).toBe(3);
    nowMs += 6_000;
    expect(counter.count).toBe(1);
    nowMs += 24 * 3_600_000;
    expect(counter.count).toBe(0);
  });

  it('counts all of the last 55 seconds, and nothing older than 60', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 20_000 }), {
      minLength: 1,
      maxLength: 80,
    });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 1e12 }), (steps, startMs) => {
        let nowMs = startMs;
        const counter = new MinuteCounter(() => nowMs);
        const times: number[] = [];
        for (const step of steps) {
          nowMs += step;
          counter.add();
          times.push(nowMs);
          expect(counter.count).toBeGreaterThanOrEqual(
            countSince(times, nowMs - 55_000),
          );
          expect(counter.count).toBeLessThanOrEqual(
            countSince(times, nowMs - 60_000),
          );
        }
      }),
    );
  });
});

function countSince(times: readonly number[], sinceMs: number): number {
  return times.filter(time => time > sinceMs).length;
}
