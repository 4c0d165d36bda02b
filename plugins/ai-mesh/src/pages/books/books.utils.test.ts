import { lineFlagSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  explainSuspense,
  FLAGS,
  formatVariance,
  monthStatusOf,
  nameOfLine,
  varianceOf,
} from './books.utils';

it.each([
  [5n, 1000n, '+0.5 %'],
  [-5n, 1000n, '−0.5 %'],
  [-5n, -1000n, '−0.5 %'],
  [0n, 0n, '0 %'],
  [7n, 0n, '–'],
  [-1000n, 500n, '−200 %'],
])('says of a difference of %s to %s: %s', (difference, invoiced, text) => {
  expect(formatVariance(difference, invoiced)).toBe(text);
});

it.each([
  [0n, false, 'Agrees'],
  [1n, false, 'Within 0.5 %'],
  [-9n, true, 'Beyond 0.5 %'],
])(
  'calls a difference of %s, beyond the tolerance: %s: %s',
  (differencePicoUsd, isBeyondTolerance, text) =>
    expect(varianceOf({ differencePicoUsd, isBeyondTolerance }).text).toBe(
      text,
    ),
);

it.each([
  [{ status: 'closed' as const }, 'Closed'],
  [{ status: 'open' as const }, 'Can be closed'],
  [{ status: 'open' as const, notClosable: 'Not over yet' }, 'Open'],
])('calls a month %j: %s', (month, text) =>
  expect(monthStatusOf(month).text).toBe(text),
);

it('explains every flag, and every account of suspense', () => {
  for (const flag of lineFlagSchema.options) {
    expect(FLAGS[flag].meaning).toMatch(/\.$/);
    expect(FLAGS[flag].action).toMatch(/\.$/);
  }
  expect(explainSuspense('unknown-key').title).toBe('Unknown key');
  expect(explainSuspense('something new').title).toBe('something new');
});

it.each([
  [{ model: 'mini', isInvoiced: true }, 'mini'],
  [{ model: 'mini', isInvoiced: false }, 'mini, not on the invoice'],
  [{ model: '', isInvoiced: true }, 'Everything else'],
])('names the line %j: %s', (line, text) =>
  expect(nameOfLine(line)).toBe(text),
);
