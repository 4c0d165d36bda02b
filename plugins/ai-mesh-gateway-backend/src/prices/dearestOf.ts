import { Rate, TokenClass } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { CompiledRates } from './CompiledPrice';

/** The highest of the rates of some classes; undefined when none is known. */
export function dearestOf(
  rates: CompiledRates['rates'],
  classes: readonly TokenClass[],
): Rate | undefined {
  let dearest: Rate | undefined;
  for (const tokenClass of classes) {
    const rate = rates[tokenClass];
    if (rate !== undefined && (dearest === undefined || rate > dearest)) {
      dearest = rate;
    }
  }
  return dearest;
}
