import {
  costOf,
  invariant,
  PicoUsd,
  picoUsd,
  Rate,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { CompiledRates } from '../snapshot/CompiledSnapshot';
import { ReportedUsage } from '../upstream/reportedUsage';

/** Tokens of one class, with what they cost. */
export interface UsageLine {
  tokenClass: TokenClass;
  tokens: bigint;
  costPicoUsd: PicoUsd;
}

/**
 * The lines of the ledger for one answer. The classes are disjoint and sum to what the provider reports;
 * a class without tokens has no line, except `input`.
 */
export function usageLines(
  rates: CompiledRates,
  usage: ReportedUsage,
): UsageLine[] {
  const uncached = usage.promptTokens - usage.cachedTokens;
  const lines = [line('input', uncached, rates.input)];
  if (usage.cachedTokens > 0) {
    // without a price of its own, a cached token costs what any other does
    const rate = rates.cachedInput ?? rates.input;
    lines.push(line('cached-input', usage.cachedTokens, rate));
  }
  if (usage.completionTokens > 0) {
    // a provider that reports output for an embedding model: booked at the only rate that there is
    const rate = rates.output ?? rates.input;
    lines.push(line('output', usage.completionTokens, rate));
  }
  return lines;
}

/** What the lines cost together. */
export function totalOf(lines: readonly UsageLine[]): PicoUsd {
  let total = 0n;
  for (const each of lines) total += each.costPicoUsd;
  return picoUsd(total);
}

function line(
  tokenClass: TokenClass,
  count: number,
  rate: Rate | undefined,
): UsageLine {
  invariant(rate !== undefined, 'a call without a price was served');
  const tokens = BigInt(count);
  return { tokenClass, tokens, costPicoUsd: costOf(tokens, rate) };
}
