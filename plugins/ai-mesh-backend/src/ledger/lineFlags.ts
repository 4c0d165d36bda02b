import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** What was odd about a line, for people who look into a difference. The order is that of the bits in the database. */
export const LINE_FLAGS = [
  /** The provider did not count, or not to the end: the gateway did. */
  'estimated',
  /** The gateway had computed another cost; the control plane's was booked. */
  'cost-mismatch',
  /** No rate is known to check with; the gateway's cost was booked. */
  'unknown-price',
  /** The lease did not cover the cost, or not all of it. */
  'overrun',
  /** The lease is not known, or is another scope's. */
  'unknown-lease',
  /** It happened in a month that is closed: it counts for the day on which it was booked. */
  'late',
  /** It happened in the future, or too long ago to be true: it counts for the day on which it was booked. */
  'clock-skew',
  /** The provider's counts contradict each other. */
  'usage-mismatch',
  /** The price has no rate for this class: the dearest that may apply was taken. */
  'unpriced-class',
  /** The key is not on record. */
  'unknown-key',
  /** The department is not in the catalog. */
  'unknown-department',
] as const;

/** @see LINE_FLAGS */
export type LineFlag = (typeof LINE_FLAGS)[number];

/** The bit of a flag in the column `flags`. */
export function bitOf(flag: LineFlag): number {
  return 1 << LINE_FLAGS.indexOf(flag);
}

/** The flags as the column holds them. */
export function flagBits(flags: readonly LineFlag[]): number {
  let bits = 0;
  for (const flag of flags) bits |= bitOf(flag);
  return bits;
}

/** The flags that a column holds. */
export function readFlagBits(bits: number): LineFlag[] {
  invariant(bits < 1 << LINE_FLAGS.length, 'a flag that nobody knows');
  return LINE_FLAGS.filter(flag => (bits & bitOf(flag)) !== 0);
}
