import { formatDuration } from './limitHeaders';

it.each([
  [0, '0s'],
  [1, '1ms'],
  [12, '12ms'],
  [999, '999ms'],
  [1000, '1s'],
  [1500, '1.5s'],
  [59_999, '59.999s'],
  [60_000, '1m0s'],
  [86_400, '1m26.4s'],
  [360_000, '6m0s'],
  [3_599_999, '59m59.999s'],
  [3_600_000, '1h0m0s'],
  [90_061_001, '25h1m1.001s'],
])('%d ms is written as %s', (ms, text) =>
  expect(formatDuration(ms)).toBe(text),
);
