import { Attempt, Outcome } from '../Attempt';
import { Call } from '../Call';
import { audioSecondsBound, ReportedUsage, usageOf } from '../protocols';
import { toolCallsBound } from './worstCase';

/** About how many bytes of a request make a token; only where a provider reports nothing. */
const BYTES_PER_TOKEN = 4;

/**
 * Use of a call whose provider did not count. Never none, and never more than is held.
 *
 * Input: a quarter of the request's bytes. Output: the pieces that were seen; all that was allowed for an answer
 * that came whole, and where nobody saw how far the provider came. What is charged by the piece, and uses of the
 * provider's tools: all that was asked for.
 */
export function estimateUsage(
  call: Call,
  attempt: Attempt,
  outcome: Outcome,
): ReportedUsage {
  const { fields, body, answer } = call;
  const units = fields?.units ?? 0;
  const { serviceTier } = outcome.usage ?? {};
  switch (attempt.target.prices.piece) {
    case 'image':
      return usageOf({ images: units, serviceTier });
    case 'character':
      return usageOf({ characters: units, serviceTier });
    case 'audio-second':
      return usageOf({ audioSeconds: audioSecondsBound(units), serviceTier });
    default:
  }
  const bytes = body?.length ?? 0;
  const inputTokens = Math.max(1, Math.ceil(bytes / BYTES_PER_TOKEN));
  const isEmbedding = attempt.model.kind === 'embedding';
  const usage = {
    inputTokens,
    embeddingTokens: isEmbedding ? inputTokens : 0,
    serviceTier,
  };
  if (outcome.end === 'filtered') return usageOf(usage);
  const mostOutput = attempt.maxOutputTokens * (fields?.choices ?? 1);
  const isSeen = outcome.end === 'answered' && answer?.kind === 'stream';
  const isCounted = isSeen || outcome.end === 'cut';
  return usageOf({
    ...usage,
    outputTokens: isCounted
      ? Math.min(outcome.pieceCount, mostOutput)
      : mostOutput,
    toolCalls: fields ? toolCallsBound(attempt.target.prices, fields) : 0,
  });
}
