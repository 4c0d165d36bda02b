import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Call, Outcome } from '../Call';
import { Logger } from '../Logger';
import { Stage } from '../pipeline';
import { totalOf, UsageLine, usageLines } from '../prices/usageLines';
import { ReportedUsage } from '../upstream/reportedUsage';

/** About how many bytes of a request make a token; only where a provider reports nothing. */
const BYTES_PER_TOKEN = 4;

/** Stage 8. What the call costs: by the provider's own count, or, where there is none, by an estimate. */
export function createSettleStage(options: { logger: Logger }): Stage {
  return {
    name: 'settle',
    always: true,
    run(call) {
      const { outcome, target, hold } = call;
      if (!call.dispatched) return;
      invariant(target !== undefined && hold !== undefined, 'nothing is held');
      if (!outcome || outcome.end === 'refused') return; // nothing was used: its hold is given back
      const usage = outcome.usage ?? estimate(call, outcome);
      const lines = usageLines(target.rates, usage);
      call.usage = { estimated: outcome.usage === undefined, lines };
      call.costPicoUsd = totalOf(lines);
      if (call.costPicoUsd > hold.amountPicoUsd) reportOverrun(call, lines);
    },
  };

  function reportOverrun(call: Call, lines: readonly UsageLine[]): void {
    // booked as it is: money that was spent is not made less by a limit
    options.logger.error('A call cost more than was held for it: overrun', {
      requestId: call.id,
      model: call.model?.name ?? '',
      costPicoUsd: String(call.costPicoUsd),
      heldPicoUsd: String(call.hold?.amountPicoUsd),
      tokens: lines.map(each => `${each.tokenClass} ${each.tokens}`).join(', '),
    });
  }
}

/**
 * Tokens of a call whose provider did not count. Never none, and never more than is held.
 *
 * Input: a quarter of the request's bytes. Output: the pieces that were seen; for an answer that came
 * whole and without a count, all that was allowed.
 */
function estimate(call: Call, outcome: Outcome): ReportedUsage {
  const bodyBytes = call.body?.length ?? 0;
  const mostOutput = call.maxOutputTokens * (call.fields?.choices ?? 1);
  const isStream = call.answer?.kind === 'stream';
  const wasWhole = outcome.end === 'answered' && !isStream;
  return {
    promptTokens: Math.max(1, Math.ceil(bodyBytes / BYTES_PER_TOKEN)),
    cachedTokens: 0,
    completionTokens: wasWhole
      ? mostOutput
      : Math.min(outcome.pieceCount, mostOutput),
  };
}
