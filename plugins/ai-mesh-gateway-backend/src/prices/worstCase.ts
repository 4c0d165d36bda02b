import {
  costCeiling,
  PicoUsd,
  picoUsd,
  Rate,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { RequestFields } from '../Call';
import { GatewayError } from '../errors';
import { CompiledModel, CompiledRates } from '../snapshot/CompiledSnapshot';

/** What a message costs beside its text: role, separators, priming of the answer. */
const TOKENS_PER_MESSAGE = 16;
/** Above what any provider counts for one image or file. */
const TOKENS_PER_ATTACHMENT = 50_000;
/** The least room for an answer when the caller sets no bound and the prompt may fill the context. */
const LEAST_ANSWER_TOKENS = 256;

/**
 * Tokens that a request cannot pass: a byte-level tokenizer makes at most one token of a byte.
 *
 * @param bodyBytes - size of the request's JSON, in UTF-8
 */
export function inputTokensBound(
  bodyBytes: number,
  fields: RequestFields,
): number {
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
  if (model.kind === 'embedding') return 0;
  if (fields.maxOutputTokens === undefined) {
    const room = Math.max(
      LEAST_ANSWER_TOKENS,
      model.contextTokens - inputTokens,
    );
    return Math.min(model.maxOutputTokens, room);
  }
  if (fields.maxOutputTokens > model.maxOutputTokens) {
    throw new GatewayError('invalid_value', {
      param: 'max_tokens',
      message: `Invalid "max_tokens": this model gives at most ${model.maxOutputTokens} tokens.`,
    });
  }
  return fields.maxOutputTokens;
}

/**
 * The dearest that a call can cost. Rounded up, so that no bill is above its hold.
 *
 * @param tokens - bounds: `input` of the request, `output` of all answers together
 * @throws GatewayError `price_unknown` when a class that is needed has no rate; never zero instead
 */
export function worstCase(
  rates: CompiledRates,
  tokens: { input: number; output: number },
): PicoUsd {
  // two classes of input are rounded apart, which can make one pico-dollar more
  const input = picoUsd(
    costCeiling(BigInt(tokens.input), dearestInput(rates)) + 1n,
  );
  if (tokens.output === 0) return input;
  if (rates.output === undefined) throw new GatewayError('price_unknown');
  return picoUsd(input + costCeiling(BigInt(tokens.output), rates.output));
}

function dearestInput(rates: CompiledRates): Rate {
  const { input, cachedInput } = rates;
  if (input === undefined) throw new GatewayError('price_unknown');
  return cachedInput !== undefined && cachedInput > input ? cachedInput : input;
}
