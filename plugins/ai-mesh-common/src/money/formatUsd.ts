import { formatDecimal, parseDecimal } from './decimal';
import { divideHalfEven } from './divideHalfEven';
import { PicoUsd, picoUsd } from './PicoUsd';

const PICO_DECIMALS = 12;

/**
 * Reads dollars, as a person or a configuration writes them, exactly.
 *
 * @param text - for example `250` or `0.000000000001`; at most 12 decimals
 * @throws InputError when it is no plain decimal or finer than a pico-dollar
 * @example parseUsd('0.25') // 250000000000n
 * @public
 */
export function parseUsd(text: string): PicoUsd {
  return picoUsd(
    parseDecimal(text, { scale: PICO_DECIMALS, what: 'an amount in USD' }),
  );
}

/**
 * The exact amount as a plain decimal of dollars; at least two decimals, at most twelve.
 *
 * @example formatUsdExact(parseUsd('0.00021')) // '0.00021'
 * @public
 */
export function formatUsdExact(amount: PicoUsd): string {
  return formatDecimal(amount, { scale: PICO_DECIMALS, minimumDecimals: 2 });
}

/**
 * The amount for people: grouped by locale, to the cent from one dollar up, and with four significant
 * digits below it, so that a single cheap call never reads as $0.00. Rounded half to even.
 *
 * @param amount - pico-USD
 * @param locale - a BCP 47 tag; the browser's own when absent
 * @example formatUsd(parseUsd('1234.5'), 'en-US') // '$1,234.50'
 * @example formatUsd(parseUsd('0.0000213'), 'en-US') // '$0.0000213'
 * @public
 */
export function formatUsd(amount: PicoUsd, locale?: string): string {
  const magnitude = amount < 0n ? -amount : amount;
  const decimals = decimalsFor(magnitude);
  const unit = 10n ** BigInt(PICO_DECIMALS - decimals);
  const rounded = divideHalfEven(amount, unit) * unit;
  const exact = formatDecimal(rounded, {
    scale: PICO_DECIMALS,
    minimumDecimals: 2,
  });
  const formatter = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: Math.max(2, decimals),
  });
  // Intl formats a decimal string exactly (ECMA-402, Intl.NumberFormat v3); its type knows only numbers.
  return formatter.format(exact as `${number}`);
}

/** Decimals that show four significant digits below a dollar, and cents from there on. */
function decimalsFor(magnitudePicoUsd: bigint): number {
  const digits = magnitudePicoUsd.toString().length;
  if (magnitudePicoUsd === 0n || digits > PICO_DECIMALS) return 2;
  const leadingZeros = PICO_DECIMALS - digits;
  return Math.min(PICO_DECIMALS, leadingZeros + 4);
}
