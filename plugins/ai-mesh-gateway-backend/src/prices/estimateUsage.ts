import { Attempt, Outcome } from '../Attempt';
import { Call } from '../Call';
import { audioSecondsBound, ReportedUsage, usageOf } from '../protocols';
import { pieceOf } from './usageLines';

/** About how many bytes of a request make a token; only where a provider reports nothing. */
const BYTES_PER_TOKEN = 4;

/**
 * Use of a call whose provider did not count. Never none, and never more than is held.
 *
 * Input: a quarter of the request's bytes. Output: the pieces that were seen; for an answer that came whole and
 * without a count, all that was allowed. What is charged by the piece: all that was asked for.
 */
export function estimateUsage(
  call: Call,
  attempt: Attempt,
  outcome: Outcome,
): ReportedUsage {
  const { fields, body, answer } = call;
  const units = fields?.units ?? 0;
  switch (pieceOf(attempt.target.rates)) {
    case 'image':
      return usageOf({ images: units });
    case 'character':
      return usageOf({ characters: units });
    case 'audio-second':
      return usageOf({
        audioSeconds: audioSecondsBound(units),
      });
    default:
  }
  const mostOutput = attempt.maxOutputTokens * (fields?.choices ?? 1);
  const wasWhole = outcome.end === 'answered' && answer?.kind !== 'stream';
  return usageOf({
    inputTokens: Math.max(1, Math.ceil((body?.length ?? 0) / BYTES_PER_TOKEN)),
    outputTokens: wasWhole
      ? mostOutput
      : Math.min(outcome.pieceCount, mostOutput),
  });
}
