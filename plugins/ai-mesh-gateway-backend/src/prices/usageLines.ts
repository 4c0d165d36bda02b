import {
  costOf,
  invariant,
  PicoUsd,
  picoUsd,
  ServiceTier,
  TokenClass,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ReportedUsage, unitsByClass } from '../protocols';
import { CompiledPrice, CompiledRates, ratesFor } from './CompiledPrice';
import { TargetPrices } from './TargetPrices';
import { CLASSES_BY_PIECE, TOKEN_CLASSES, TOOL_CLASS } from './tokenClasses';

/** Units of one class, with what they cost. */
export interface UsageLine {
  tokenClass: TokenClass;
  tokens: bigint;
  priceVersionId: string;
  costPicoUsd: PicoUsd;
}

/** What can be odd about a count, or about its price. */
export type Oddity = UsageRecord['oddities'][number];

/** What an answer costs at a target. */
export interface Bill {
  lines: UsageLine[];
  /** As what the provider bills it; the target's own tier, when it says so by an unknown word. */
  serviceTier: ServiceTier;
  /** Mostly none. */
  oddities: readonly Oddity[];
}

const UNPRICED: readonly Oddity[] = ['unpriced-class'];
const NOTHING_ODD: readonly Oddity[] = [];

/**
 * The lines of the ledger for one answer, at the price of the tier that its provider reports. A tier without a price
 * is booked at the dearest that the target knows, class by class. Token classes are disjoint and sum to what the provider reports; a
 * class without units has no line, but an answer has at least one.
 */
export function billOf(prices: TargetPrices, usage: ReportedUsage): Bill {
  const { tier, own, others } = prices;
  const reported = usage.serviceTier ?? tier;
  if (reported === tier || reported === 'standard') {
    return billAt(prices, own, usage, tier);
  }
  const price = reported === 'unknown' ? undefined : others?.get(reported);
  if (price && reported !== 'unknown') {
    return billAt(prices, price, usage, reported);
  }
  return {
    lines: dearestLines(prices, usage),
    serviceTier: reported === 'unknown' ? tier : reported,
    oddities: UNPRICED,
  };
}

/** What the same answer would cost at another target, in its own tier. */
export function costAt(prices: TargetPrices, usage: ReportedUsage): PicoUsd {
  return totalOf(billAt(prices, prices.own, usage, prices.tier).lines);
}

/** Whether a usage has anything that a target charges. A count of nothing is none: no answer costs nothing. */
export function isChargeable(
  { piece }: TargetPrices,
  usage: ReportedUsage,
): boolean {
  return piece
    ? unitsByClass(usage)[piece] > 0
    : usage.inputTokens + usage.outputTokens > 0;
}

/** What the lines cost together. */
export function totalOf(lines: readonly UsageLine[]): PicoUsd {
  let total = 0n;
  for (const each of lines) total += each.costPicoUsd;
  return picoUsd(total);
}

function billAt(
  prices: TargetPrices,
  price: CompiledPrice,
  usage: ReportedUsage,
  serviceTier: ServiceTier,
): Bill {
  const { rates, guessed } = ratesFor(price, usage.inputTokens);
  const lines = linesOf(prices, price, usage);
  let isUnpriced = usage.toolCalls > 0 && rates[TOOL_CLASS] === undefined;
  for (const { tokenClass } of lines) {
    if (guessed.has(tokenClass)) isUnpriced = true;
  }
  const oddities = isUnpriced ? UNPRICED : NOTHING_ODD;
  return { lines, serviceTier, oddities };
}

/** Each class at the tier where it is dearest. */
function dearestLines(prices: TargetPrices, usage: ReportedUsage): UsageLine[] {
  const dearest = new Map<TokenClass, UsageLine>();
  for (const price of [prices.own, ...(prices.others?.values() ?? [])]) {
    for (const line of linesOf(prices, price, usage)) {
      const known = dearest.get(line.tokenClass);
      if (!known || line.costPicoUsd > known.costPicoUsd) {
        dearest.set(line.tokenClass, line);
      }
    }
  }
  return [...dearest.values()];
}

function linesOf(
  { piece }: TargetPrices,
  price: CompiledPrice,
  usage: ReportedUsage,
): UsageLine[] {
  const { rates } = ratesFor(price, usage.inputTokens);
  const units = unitsByClass(usage);
  const lines: UsageLine[] = [];
  const charged = piece ? CLASSES_BY_PIECE[piece] : TOKEN_CLASSES;
  for (const tokenClass of charged) {
    const count = units[tokenClass];
    // uses of tools that have no rate are only told
    const isFree = tokenClass === TOOL_CLASS && rates[TOOL_CLASS] === undefined;
    if (count > 0 && !isFree) {
      lines.push(lineOf(price, rates, tokenClass, count));
    }
  }
  if (lines.length === 0) {
    lines.push(lineOf(price, rates, piece ?? 'input', 0));
  }
  return lines;
}

function lineOf(
  price: CompiledPrice,
  rates: CompiledRates['rates'],
  tokenClass: TokenClass,
  count: number,
): UsageLine {
  const rate = rates[tokenClass];
  invariant(rate !== undefined, 'a call without a price was served');
  const tokens = BigInt(count);
  return {
    tokenClass,
    tokens,
    priceVersionId:
      tokenClass === TOOL_CLASS ? price.toolVersionId : price.priceVersionId,
    costPicoUsd: costOf(tokens, rate),
  };
}
