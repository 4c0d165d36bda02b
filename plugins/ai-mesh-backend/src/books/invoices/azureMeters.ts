import { ChargeClass } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** What Azure's words in the names of meters stand for. The first that is found decides. */
const CLASSES: readonly [RegExp, ChargeClass][] = [
  [/\b(cached?|cchd?|cd)\b/, 'cached-input'],
  [/\b(outp?|opt|output|outpt)\b/, 'output'],
  [/\b(inp?|input|inpt)\b/, 'input'],
];

/** Words that say where, how or by what unit a model is sold, and not which. */
const NOT_A_NAME =
  /\b(cached?|cchd?|cd|outp?|opt|output|outpt|inp?|input|inpt|tokens?|glbl|global|regnl|regional|dzone|data ?zone|dz|batch|std|standard|unit|text|1k|1m)\b/g;

/**
 * Reads the name of a meter of Azure OpenAI, such as `gpt 4o 0806 Inp glbl Tokens`.
 *
 * @returns the model as far as the name tells it; what is of no model, such as a machine, has the name of its meter
 */
export function readMeter(
  meterName: string,
  subCategory: string,
): { model: string; chargeClass?: ChargeClass } {
  const words = meterName.toLowerCase().replace(/[-_/]+/g, ' ');
  if (!/\btokens?\b/.test(words)) return { model: meterName };
  const chargeClass = CLASSES.find(([pattern]) => pattern.test(words))?.[1];
  const named = words.replace(NOT_A_NAME, ' ').replace(/\s+/g, ' ').trim();
  return { model: named || subCategory, chargeClass };
}
