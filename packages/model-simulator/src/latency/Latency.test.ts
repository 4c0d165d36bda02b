import { createRandom } from '../random/createRandom';
import { Latency } from './Latency';

const SETTINGS = { firstTokenMs: 100, betweenTokensMs: 10, jitter: 0.2 };

describe('Latency', () => {
  it('stays within its jitter, and is the same for the same seed', () => {
    const waits = (seed: number) => {
      const latency = new Latency(SETTINGS, createRandom(seed));
      return Array.from({ length: 200 }, () => latency.firstTokenMs());
    };

    expect(Math.min(...waits(1))).toBeGreaterThanOrEqual(80);
    expect(Math.max(...waits(1))).toBeLessThanOrEqual(120);
    expect(waits(1)).toEqual(waits(1));
    expect(waits(1)).not.toEqual(waits(2));
  });

  it('takes as long for a whole answer as its stream would take', () => {
    const latency = new Latency({ ...SETTINGS, jitter: 0 }, createRandom(1));
    expect(latency.wholeAnswerMs(6)).toBe(150);
    expect(latency.wholeAnswerMs(0)).toBe(100);
  });
});
