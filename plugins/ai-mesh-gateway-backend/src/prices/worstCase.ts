import {
  costCeiling,
  PicoUsd,
  picoUsd,
  Rate,
  ServiceTier,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { GatewayError } from '../errors';
import { audioSecondsBound, RequestFields } from '../protocols';
import { CompiledModel } from '../snapshot/CompiledSnapshot';
import { ceilingFor } from './ceilings';
import { TargetPrices } from './TargetPrices';
import { INPUT_CLASSES, OUTPUT_CLASSES } from './tokenClasses';

/** What a message costs beside its text: role, separators, priming of the answer. */
const TOKENS_PER_MESSAGE = 16;
/** Above what any provider counts for one image or file. */
const TOKENS_PER_ATTACHMENT = 50_000;
/** The least room for an answer when the caller sets no bound and the prompt may fill the context. */
const LEAST_ANSWER_TOKENS = 256;

/**
 * How often a tool of the provider's own may be used in a call, where its use is charged and the caller sets no
 * bound: more than an answer needs (research agents apart), and a hold that a budget can bear.
 */
export const TOOL_CALL_BOUND = 16;

/** Each line is rounded half to even, which makes at most half a pico-dollar more of each class. */
const INPUT_ROUNDING = BigInt(Math.floor((INPUT_CLASSES.length + 1) / 2));
const OUTPUT_ROUNDING = BigInt(Math.floor(OUTPUT_CLASSES.length / 2));

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

/** Uses of the provider's own tools that a call may be charged for; none where the target does not charge them. */
export function toolCallsBound(
  prices: TargetPrices,
  fields: RequestFields,
): number {
  if (prices.ceilings[0].toolCall === undefined) return 0;
  return fields.maxToolCalls + TOOL_CALL_BOUND * fields.unboundedTools;
}

/** What a call cannot pass. */
export interface CallBounds {
  /** Tokens of the request. */
  input: number;
  /** Tokens of all answers together. */
  output: number;
  /** {@link RequestFields.units}, where the target charges by the picture, the second or the character. */
  pieces: number;
  /** See {@link toolCallsBound}; none, if absent. */
  toolCalls?: number;
  /** The tier that the provider is asked for by name: it gives that or the plain one. Absent: it may give any. */
  serviceTier?: ServiceTier;
  /** Whether it is asked to keep something for an hour. */
  cachesForHour?: boolean;
}

/**
 * The dearest that a call can cost, over all tiers that it can get, all lengths of input, and all classes. Rounded
 * up, so that no bill is above its hold.
 *
 * @throws GatewayError `price_unknown` when a class that is needed has no rate; never zero instead
 */
export function worstCase(prices: TargetPrices, bounds: CallBounds): PicoUsd {
  const { ceilings, ceilingsOf, piece } = prices;
  // a tier that is not sold is booked at the dearest of all
  const reachable =
    ceilingsOf && bounds.serviceTier !== undefined
      ? ceilingsOf.get(bounds.serviceTier) ?? ceilings
      : ceilings;
  const ceiling = ceilingFor(reachable, bounds.input);
  let worst =
    ceiling.toolCall === undefined
      ? 0n
      : ceilingOf(bounds.toolCalls ?? 0, ceiling.toolCall);
  if (piece) {
    const pieces =
      piece === 'audio-second'
        ? audioSecondsBound(bounds.pieces)
        : bounds.pieces;
    return picoUsd(worst + ceilingOf(pieces, ceiling.piece));
  }
  const input = bounds.cachesForHour ? ceiling.inputForHour : ceiling.input;
  worst += ceilingOf(bounds.input, input) + INPUT_ROUNDING;
  if (bounds.output > 0) {
    worst += ceilingOf(bounds.output, ceiling.output) + OUTPUT_ROUNDING;
  }
  return picoUsd(worst);
}

function ceilingOf(units: number, rate: Rate | undefined): bigint {
  if (rate === undefined) throw new GatewayError('price_unknown');
  return costCeiling(BigInt(units), rate);
}
