import {
  costOf,
  invariant,
  PicoUsd,
  picoUsd,
  Rate,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ReportedUsage, unitsByClass } from '../protocols';
import { CompiledRates } from '../snapshot/CompiledSnapshot';

/** Units of one class, with what they cost. */
export interface UsageLine {
  tokenClass: TokenClass;
  tokens: bigint;
  costPicoUsd: PicoUsd;
}

/** Which rate holds where a class has none of its own. */
const FALLBACK_CLASS: Partial<Record<TokenClass, TokenClass>> = {
  'cached-input': 'input',
  'cache-write': 'input',
  'audio-input': 'input',
  'audio-output': 'output',
  // a provider that reports output for a model that only embeds: booked at the only rate that there is
  output: 'input',
};

/** The rate at which a class is booked; undefined when the price book does not know it. */
export function rateOf(
  rates: CompiledRates,
  tokenClass: TokenClass,
): Rate | undefined {
  for (
    let current: TokenClass | undefined = tokenClass;
    current !== undefined;
    current = FALLBACK_CLASS[current]
  ) {
    const rate = rates[current];
    if (rate !== undefined) return rate;
  }
  return undefined;
}

/** What is charged by the piece, where a model is: then its tokens are in that price. */
const PIECES = ['image', 'audio-second', 'character'] as const;

const TOKEN_CLASSES = [
  'input',
  'cached-input',
  'cache-write',
  'audio-input',
  'output',
  'audio-output',
] as const;

/** @see PIECES */
export type Piece = (typeof PIECES)[number];

/** By which piece a target charges; undefined where it charges by token. */
export function pieceOf(rates: CompiledRates): Piece | undefined {
  return PIECES.find(piece => rates[piece] !== undefined);
}

/**
 * The lines of the ledger for one answer. Token classes are disjoint and sum to what the provider reports; a
 * class without units has no line, but an answer has at least one.
 */
export function usageLines(
  rates: CompiledRates,
  usage: ReportedUsage,
): UsageLine[] {
  const piece = pieceOf(rates);
  const lines: UsageLine[] = [];
  const units = unitsByClass(usage);
  const charged = piece ? [piece] : TOKEN_CLASSES;
  for (const tokenClass of charged) {
    const count = units[tokenClass];
    if (count > 0) lines.push(line(rates, tokenClass, count));
  }
  if (lines.length === 0) lines.push(line(rates, piece ?? 'input', 0));
  return lines;
}

/** What the lines cost together. */
export function totalOf(lines: readonly UsageLine[]): PicoUsd {
  let total = 0n;
  for (const each of lines) total += each.costPicoUsd;
  return picoUsd(total);
}

function line(
  rates: CompiledRates,
  tokenClass: TokenClass,
  count: number,
): UsageLine {
  const rate = rateOf(rates, tokenClass);
  invariant(rate !== undefined, 'a call without a price was served');
  const tokens = BigInt(count);
  return { tokenClass, tokens, costPicoUsd: costOf(tokens, rate) };
}
