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

/**
 * A length of time in its largest whole unit.
 *
 * @param ms - milliseconds; below zero counts as zero, because the clocks of two machines differ
 * @example formatAge(200_000) // '3 min'
 */
export function formatAge(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${formatCount(Math.floor(seconds / 3600))} h`;
}

function formatTenths(perMille: bigint): string {
  return new Intl.NumberFormat(undefined, { minimumFractionDigits: 1 }).format(
    Number(perMille) / 10,
  );
}
