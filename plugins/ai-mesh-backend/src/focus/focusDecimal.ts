import { PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { FOCUS_SCALE } from './focusColumns';

/** A number of an export, held exactly as a whole number of 1e-18. Never a JavaScript number, which would round. */
export type FocusDecimal = bigint;

/** How many units {@link FocusDecimal} has for one. */
export const ONE: FocusDecimal = 10n ** BigInt(FOCUS_SCALE);

const UNITS_PER_PICO = 1_000_000n;
/** No exponent, no plus, no thousands separator (attribute NumericFormat); at most the digits of our columns. */
const PLAIN_DECIMAL = /^(-?)(\d{1,20})(?:\.(\d{1,18}))?$/;

/** An amount of money. */
export function decimalOfUsd(amount: PicoUsd): FocusDecimal {
  return amount * UNITS_PER_PICO;
}

/** A count. */
export function decimalOfCount(count: bigint): FocusDecimal {
  return count * ONE;
}

/**
 * Writes a plain decimal: no exponent, no plus, no zeros at the end.
 *
 * @example formatFocusDecimal(-1_500_000_000_000_000_000n) // '-1.5'
 */
export function formatFocusDecimal(units: FocusDecimal): string {
  const digits = (units < 0n ? -units : units)
    .toString()
    .padStart(FOCUS_SCALE + 1, '0');
  const whole = digits.slice(0, -FOCUS_SCALE);
  const fraction = digits.slice(-FOCUS_SCALE).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}`;
}

/**
 * Reads a plain decimal.
 *
 * @returns undefined when it is none, or has more digits than an export can hold
 */
export function parseFocusDecimal(text: string): FocusDecimal | undefined {
  const match = PLAIN_DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign, whole, fraction = ''] = match;
  const units = BigInt(whole + fraction.padEnd(FOCUS_SCALE, '0'));
  return sign === '-' ? -units : units;
}
