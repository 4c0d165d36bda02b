import { formatAge, formatCount, formatPercent } from './format';

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

it.each([
  [-5_000, '0 s'],
  [0, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_599_999, '59 min'],
  [3_600_000, '1 h'],
  [90_000_000, '25 h'],
])('says of %d ms: %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

it('groups counts that no number could hold', () => {
  expect(formatCount(9_007_199_254_740_993n)).toBe('9,007,199,254,740,993');
});
