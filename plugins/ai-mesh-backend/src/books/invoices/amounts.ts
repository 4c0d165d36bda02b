import {
  divideHalfEven,
  PicoUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

const PICO_DECIMALS = 12;
/** Azure's exports have up to 20 decimals; more is no amount of money. */
const MOST_DECIMALS = 40;

const AMOUNT = /^([+-]?)(\d{1,15})(?:\.(\d{1,30}))?(?:e([+-]?\d{1,2}))?$/i;

/** A decimal, exactly: `units` × 10^-`decimals` US dollars. */
export interface ExactAmount {
  units: bigint;
  decimals: number;
}

/**
 * Reads an amount as exports of providers write it: `12.50`, `-3`, `1.08E-05`. Nothing is rounded.
 *
 * @returns undefined when it is no such number; groups of digits and signs of currencies are none
 */
export function parseAmount(text: string): ExactAmount | undefined {
  const match = AMOUNT.exec(text.trim());
  if (!match) return undefined;
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const units = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  const decimals = fraction.length - Number(exponent);
  if (decimals > MOST_DECIMALS) return undefined;
  return decimals < 0
    ? { units: units * 10n ** BigInt(-decimals), decimals: 0 }
    : { units, decimals };
}

/** The sum, rounded once: half to even, to the pico-dollar. */
export function toPico(amounts: readonly ExactAmount[]): PicoUsd {
  const scale = Math.max(
    PICO_DECIMALS,
    ...amounts.map(({ decimals }) => decimals),
  );
  const sum = amounts.reduce(
    (each, { units, decimals }) =>
      each + units * 10n ** BigInt(scale - decimals),
    0n,
  );
  return picoUsd(divideHalfEven(sum, 10n ** BigInt(scale - PICO_DECIMALS)));
}
