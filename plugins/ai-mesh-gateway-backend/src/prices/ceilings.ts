import { Rate, TokenClass } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { CompiledPrice, CompiledRates } from './CompiledPrice';
import { dearestOf } from './dearestOf';
import {
  HOUR_CLASS,
  INPUT_CLASSES,
  OUTPUT_CLASSES,
  PIECE_CLASSES,
  TOOL_CLASS,
} from './tokenClasses';

/** The dearest that can be charged, by what for: over tiers, classes, and lengths of the input up to here. */
export interface PriceCeiling {
  /** It holds from an input of more than this. */
  readonly aboveInputTokens: number;
  readonly input: Rate | undefined;
  /** With what is written into a cache for an hour. */
  readonly inputForHour: Rate | undefined;
  readonly output: Rate | undefined;
  readonly piece: Rate | undefined;
  readonly toolCall: Rate | undefined;
}

type Side = 'input' | 'inputForHour' | 'output' | 'piece' | 'toolCall';

const CLASSES: Readonly<Record<Side, readonly TokenClass[]>> = {
  input: INPUT_CLASSES,
  inputForHour: [HOUR_CLASS, ...INPUT_CLASSES],
  output: OUTPUT_CLASSES,
  piece: PIECE_CLASSES,
  toolCall: [TOOL_CLASS],
};

/**
 * Ceilings by rising length of the input; the first holds from nothing on. None falls: that a long request may be
 * cheaper is not counted on.
 *
 * @param prices - of the tiers that a call can get. The first is its own: what that has no rate for is not known
 */
export function compileCeilings(
  prices: readonly CompiledPrice[],
): readonly PriceCeiling[] {
  const thresholds = new Set(
    prices.flatMap(({ longContext }) =>
      longContext.map(band => band.aboveInputTokens),
    ),
  );
  const steps = [-1, ...[...thresholds].sort((a, b) => a - b)];
  return steps.map(aboveInputTokens => {
    const reached = prices.flatMap(price =>
      reachedRates(price, aboveInputTokens),
    );
    const { input, output } = prices[0].rates;
    const sideOf = (side: Side, own: Rate | undefined) =>
      own === undefined ? undefined : dearestOfAll(reached, CLASSES[side]);
    return {
      aboveInputTokens,
      input: sideOf('input', input),
      inputForHour: sideOf('inputForHour', input),
      output: sideOf('output', output),
      piece: dearestOfAll(reached, CLASSES.piece),
      toolCall: dearestOfAll(reached, CLASSES.toolCall),
    };
  });
}

/** The ceiling for inputs of up to so many tokens. */
export function ceilingFor(
  ceilings: readonly PriceCeiling[],
  inputTokens: number,
): PriceCeiling {
  let found = ceilings[0];
  for (const ceiling of ceilings) {
    if (inputTokens <= ceiling.aboveInputTokens) break;
    found = ceiling;
  }
  return found;
}

function reachedRates(
  price: CompiledPrice,
  aboveInputTokens: number,
): CompiledRates[] {
  return [
    price,
    ...price.longContext.filter(
      band => band.aboveInputTokens <= aboveInputTokens,
    ),
  ];
}

function dearestOfAll(
  reached: readonly CompiledRates[],
  classes: readonly TokenClass[],
): Rate | undefined {
  let dearest: Rate | undefined;
  for (const { rates } of reached) {
    const rate = dearestOf(rates, classes);
    if (rate !== undefined && (dearest === undefined || rate > dearest)) {
      dearest = rate;
    }
  }
  return dearest;
}
