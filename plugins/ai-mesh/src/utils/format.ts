/** What stands where there is nothing to say: 0 of 0, never used, no limit. */
export const NOTHING = '–';

/** A count, grouped by the reader's locale. */
export function formatCount(count: bigint | number): string {
  return new Intl.NumberFormat().format(count);
}

/**
 * A part of a whole in per cent, whole numbers from one per cent up. More than the whole stays more than 100 %.
 *
 * @returns {@link NOTHING} when the whole is zero: nothing of nothing is no share
 * @example formatPercent(13n, 10n) // '130 %'
 */
export function formatPercent(part: bigint, whole: bigint): string {
  if (whole === 0n) return NOTHING;
  const perMille = (part * 1000n) / whole;
  if (part > 0n && perMille < 10n) {
    return perMille === 0n ? '< 0.1 %' : `${formatTenths(perMille)} %`;
  }
  return `${formatCount((perMille + 5n) / 10n)} %`;
}

function formatTenths(perMille: bigint): string {
  return new Intl.NumberFormat(undefined, { minimumFractionDigits: 1 }).format(
    Number(perMille) / 10,
  );
}
