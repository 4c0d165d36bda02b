import { formatCount, formatPercent } from './format';

describe('formatPercent', () => {
  it.each([
    [0n, 0n, '–'],
    [0n, 10n, '0 %'],
    [13n, 10n, '130 %'],
    [1n, 3n, '33 %'],
    [995n, 1000n, '100 %'],
    [5n, 1000n, '0.5 %'],
    [1n, 1_000_000n, '< 0.1 %'],
  ])('says of %s in %s: %s', (part, whole, text) => {
    expect(formatPercent(part, whole)).toBe(text);
  });
});

it('groups counts that no number could hold', () => {
  expect(formatCount(9_007_199_254_740_993n)).toBe('9,007,199,254,740,993');
});
