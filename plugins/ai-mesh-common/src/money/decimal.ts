import { InputError } from '@backstage/errors';

const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{1,18}))?$/;

/**
 * Reads a plain decimal as a whole number of 10^-scale units. Nothing is rounded.
 *
 * @param text - for example `2.50`; no exponent, no sign but a leading minus, at most 18 decimals
 * @param options - `scale`: decimals of the unit; `what`: how the value is called in the error
 * @throws InputError when the text is no plain decimal, or has more decimals than the unit can hold
 * @example parseDecimal('2.5', { scale: 12, what: 'amount' }) // 2500000000000n
 */
export function parseDecimal(
  text: string,
  options: { scale: number; what: string },
): bigint {
  const match = DECIMAL.exec(text.trim());
  if (!match) {
    throw new InputError(
      `Cannot read "${text}" as ${options.what}: expected a plain decimal such as 12.50`,
    );
  }
  const [, sign, whole, fraction = ''] = match;
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > options.scale) {
    throw new InputError(
      `Cannot read "${text}" as ${options.what}: it has more than ${options.scale} decimals`,
    );
  }
  const units = BigInt(whole + significant.padEnd(options.scale, '0'));
  return sign === '-' ? -units : units;
}

/**
 * Writes a whole number of 10^-scale units as a plain decimal: no exponent, no trailing zeros.
 *
 * @param options - `scale`: decimals of the unit; `minimumDecimals`: zeros are kept up to here
 * @example formatDecimal(2500000000000n, { scale: 12, minimumDecimals: 2 }) // '2.50'
 */
export function formatDecimal(
  units: bigint,
  options: { scale: number; minimumDecimals?: number },
): string {
  const digits = (units < 0n ? -units : units)
    .toString()
    .padStart(options.scale + 1, '0');
  const whole = digits.slice(0, digits.length - options.scale);
  const fraction = digits
    .slice(digits.length - options.scale)
    .replace(/0+$/, '')
    .padEnd(options.minimumDecimals ?? 0, '0');
  return `${units < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}`;
}
