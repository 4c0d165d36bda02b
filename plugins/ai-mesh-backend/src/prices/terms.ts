import {
  PricedClass,
  pricedClassSchema,
  PriceRates,
  TokenClass,
  tokenClassSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { parseUnitRate } from './parseUnitRate';
import { CallPrice, LongContextRates, PriceTerms } from './Price';
import { Rates } from './PriceLookup';

/** A change by more than this, either way, waits for a person. */
const LARGEST_SILENT_FACTOR = 5n;

/** What a call or a machine is billed by: one of them at least. The other classes only refine these. */
const LEADING_CLASSES: readonly PricedClass[] = [
  'input',
  'embedding',
  'image',
  'audio-second',
  'character',
  'machine-time',
];

/** The rates of a whole request with this much input. */
export function ratesAt(terms: PriceTerms, inputTokens: number): PriceRates {
  return (
    terms.longContext.findLast(each => inputTokens > each.aboveInputTokens)
      ?.rates ?? terms.rates
  );
}

/** Whether two prices say the same, text for text. */
export function isSameTerms(a: PriceTerms, b: PriceTerms): boolean {
  return (
    isSameRates(a.rates, b.rates) &&
    a.longContext.length === b.longContext.length &&
    a.longContext.every(
      (each, index) =>
        each.aboveInputTokens === b.longContext[index].aboveInputTokens &&
        isSameRates(each.rates, b.longContext[index].rates),
    )
  );
}

function isSameRates(a: PriceRates, b: PriceRates): boolean {
  return pricedClassSchema.options.every(each => a[each] === b[each]);
}

/** A price without what no call has, such as `machine-time`. */
export function toCallPrice(id: string, terms: PriceTerms): CallPrice {
  return {
    priceVersionId: id,
    rates: callRates(terms.rates),
    longContext: terms.longContext.map(({ aboveInputTokens, rates }) => ({
      aboveInputTokens,
      rates: callRates(rates),
    })),
  };
}

/** The rates of the classes that a call can have. */
function callRates(rates: PriceRates): Rates {
  const { 'machine-time': _, ...rest } = rates;
  return rest satisfies Partial<Record<TokenClass, string>>;
}

/** Every threshold of both prices, and zero: where rates can differ. */
function thresholdsOf(...all: readonly PriceTerms[]): number[] {
  const thresholds = all.flatMap(terms =>
    terms.longContext.map(each => each.aboveInputTokens),
  );
  return [...new Set([0, ...thresholds])];
}

/** The rate that changes most. */
export interface RateJump {
  changedClass: PricedClass;
  /** New by old, as a decimal with two decimals at most below ten; absent: to or from zero. */
  factor?: string;
}

/**
 * The change that a person must look at: some rate, at some length of the input, becomes more than five times
 * dearer or cheaper, or goes to or from zero. A class that only one of both prices knows is no change.
 *
 * @returns the largest of these changes; undefined when there is none
 */
export function findRateJump(
  present: PriceTerms,
  next: PriceTerms,
): RateJump | undefined {
  let worst: { jump: RateJump; larger: bigint; smaller: bigint } | undefined;
  for (const threshold of thresholdsOf(present, next)) {
    const before = ratesAt(present, threshold + 1);
    const after = ratesAt(next, threshold + 1);
    for (const changedClass of pricedClassSchema.options) {
      const [old, now] = [before[changedClass], after[changedClass]];
      if (old === undefined || now === undefined) continue;
      const a = parseUnitRate(changedClass, old);
      const b = parseUnitRate(changedClass, now);
      const [larger, smaller] = a > b ? [a, b] : [b, a];
      if (larger <= smaller * LARGEST_SILENT_FACTOR) continue;
      if (worst && larger * worst.smaller <= worst.larger * smaller) continue;
      worst = {
        jump: { changedClass, factor: factorOf(b, a) },
        larger,
        smaller,
      };
    }
  }
  return worst?.jump;
}

/** @example factorOf(25n, 2n) // '12.5' */
function factorOf(now: bigint, before: bigint): string | undefined {
  if (now === 0n || before === 0n) return undefined;
  return Number((Number(now) / Number(before)).toPrecision(3)).toString(); // for people only
}

/** Whether something is priced that calls or machines are billed by. */
export function hasLeadingClass(rates: PriceRates): boolean {
  return LEADING_CLASSES.some(each => rates[each] !== undefined);
}

/** Puts long-context rates in order and fills in the classes that a threshold does not change. */
export function completeTerms(
  rates: PriceRates,
  longContext: readonly LongContextRates[],
): PriceTerms {
  const ordered = [...longContext].sort(
    (a, b) => a.aboveInputTokens - b.aboveInputTokens,
  );
  let below = rates;
  return {
    rates,
    longContext: ordered.map(({ aboveInputTokens, rates: own }) => {
      below = { ...below, ...own };
      return { aboveInputTokens, rates: below };
    }),
  };
}

/** @see tokenClassSchema */
export const CALL_CLASSES: readonly TokenClass[] = tokenClassSchema.options;
