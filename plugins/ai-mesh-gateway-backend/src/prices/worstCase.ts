import {
  costCeiling,
  PicoUsd,
  picoUsd,
  Rate,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { GatewayError } from '../errors';
import { audioSecondsBound, RequestFields } from '../protocols';
import { CompiledModel, CompiledRates } from '../snapshot/CompiledSnapshot';
import { pieceOf, rateOf } from './usageLines';

/** What a message costs beside its text: role, separators, priming of the answer. */
const TOKENS_PER_MESSAGE = 16;
/** Above what any provider counts for one image or file. */
const TOKENS_PER_ATTACHMENT = 50_000;
/** The least room for an answer when the caller sets no bound and the prompt may fill the context. */
const LEAST_ANSWER_TOKENS = 256;

const INPUT_CLASSES = [
  'input',
  'cached-input',
  'cache-write',
  'audio-input',
] as const;
const OUTPUT_CLASSES = ['output', 'audio-output'] as const;

/**
 * Tokens that a request cannot pass: a byte-level tokenizer makes at most one token of a byte. Where the provider
 * may add input that the body does not show, the context of the model is the bound.
 *
 * @param bodyBytes - size of the request's JSON, in UTF-8
 */
export function inputTokensBound(
  model: Pick<CompiledModel, 'contextTokens'>,
  fields: RequestFields,
  bodyBytes: number,
): number {
  if (fields.hasHiddenInput) return Math.max(bodyBytes, model.contextTokens);
  return (
    bodyBytes +
    TOKENS_PER_MESSAGE * fields.messageCount +
    TOKENS_PER_ATTACHMENT * fields.attachmentCount
  );
}

/**
 * The bound on each answer: the caller's own, or what the model has room for.
 *
 * @throws GatewayError `invalid_value` when the caller asks for more than the model can give
 */
export function outputTokensBound(
  model: CompiledModel,
  fields: RequestFields,
  inputTokens: number,
): number {
  if (model.kind === 'embedding' || model.kind === 'moderation') return 0;
  if (fields.maxOutputTokens === undefined) {
    const room = Math.max(
      LEAST_ANSWER_TOKENS,
      model.contextTokens - inputTokens,
    );
    return Math.min(model.maxOutputTokens, room);
  }
  if (fields.maxOutputTokens > model.maxOutputTokens) {
    const param = Object.keys(fields.outputBounds)[0] ?? 'max_tokens';
    throw new GatewayError('invalid_value', {
      param,
      message: `Invalid "${param}": this model gives at most ${model.maxOutputTokens} tokens.`,
    });
  }
  return fields.maxOutputTokens;
}

/**
 * The dearest that a call can cost. Rounded up, so that no bill is above its hold.
 *
 * @param units - bounds: `input` tokens of the request, `output` tokens of all answers together, `pieces` of
 *   {@link RequestFields.units} where the target charges by the picture, the second or the character
 * @throws GatewayError `price_unknown` when a class that is needed has no rate; never zero instead
 */
export function worstCase(
  rates: CompiledRates,
  units: { input: number; output: number; pieces: number },
): PicoUsd {
  const piece = pieceOf(rates);
  if (piece) {
    const pieces =
      piece === 'audio-second' ? audioSecondsBound(units.pieces) : units.pieces;
    return costCeiling(BigInt(pieces), need(rates, piece));
  }
  if (rates.input === undefined) throw new GatewayError('price_unknown');
  // classes of input are rounded apart, which can make a pico-dollar more for each further one
  const input =
    costCeiling(BigInt(units.input), dearest(rates, INPUT_CLASSES)) +
    BigInt(INPUT_CLASSES.length - 1);
  if (units.output === 0) return picoUsd(input);
  if (rates.output === undefined) throw new GatewayError('price_unknown');
  const output =
    costCeiling(BigInt(units.output), dearest(rates, OUTPUT_CLASSES)) + 1n;
  return picoUsd(input + output);
}

function dearest(rates: CompiledRates, classes: readonly TokenClass[]): Rate {
  let most = need(rates, classes[0]);
  for (const tokenClass of classes) {
    const rate = rates[tokenClass];
    if (rate !== undefined && rate > most) most = rate;
  }
  return most;
}

function need(rates: CompiledRates, tokenClass: TokenClass): Rate {
  const rate = rateOf(rates, tokenClass);
  if (rate === undefined) throw new GatewayError('price_unknown');
  return rate;
}
