import { median, pairedMedian, quantile } from './statistics';

describe('the statistics of the benchmarks', () => {
  it.each([
    [[5], 5],
    [[3, 1, 2], 2],
    [[10, 9, 1], 9], // by value, not as text
    [[4, 1, 3, 2], 2],
    [[-1, -1, 7], -1],
    [[], NaN],
  ])('has %p in the middle: %p', (values, middle) => {
    expect(median(values)).toBe(middle);
  });

  it('sees the true ratio through a machine that is slower in some rounds', () => {
    const slowness = [1, 1, 5, 1, 0.3, 2, 9];
    const governed = slowness.map(slow => 140 * slow);
    const bare = slowness.map(slow => 100 * slow);
    bare[3] = 1000; // disturbed in one row only
    expect(pairedMedian(governed, bare, (a, b) => a / b)).toBeCloseTo(1.4);
    expect(() => pairedMedian([1], [], (a, b) => a / b)).toThrow(RangeError);
  });

  it('takes quantiles of what is there', () => {
    const hundred = Array.from({ length: 100 }, (_, at) => at);
    expect(quantile(hundred, 0.5)).toBe(50);
    expect(quantile(hundred, 0.99)).toBe(99);
    expect(quantile([7], 0.99)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
