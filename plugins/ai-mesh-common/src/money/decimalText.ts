import { InputError } from '@backstage/errors';

/**
 * A JavaScript number as the plain decimal that a person would have typed: the shortest that reads back as
 * the same number. So 0.1 stays 0.1 and does not become 0.1000000000000000055.
 *
 * @throws InputError on a number that is negative, infinite or not a number
 * @example decimalText(2.5e-7) // '0.00000025'
 * @public
 */
export function decimalText(value: number): string {
  if (!Number.isFinite(value) || value < 0) {
    throw new InputError(`Cannot write ${value} as a decimal`);
  }
  const [mantissa, exponentText] = String(value).split('e');
  if (exponentText === undefined) return mantissa;
  const exponent = Number(exponentText);
  const [whole, fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  // a number of 1e21 and above has no decimals left
  return digits.padEnd(point, '0');
}
