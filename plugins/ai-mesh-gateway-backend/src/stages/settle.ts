import { invariant, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Attempt, Outcome } from '../Attempt';
import { Call } from '../Call';
import { Logger } from '../Logger';
import { Stage } from '../pipeline';
import { estimateUsage } from '../prices/estimateUsage';
import {
  Bill,
  billOf,
  costAt,
  isChargeable,
  Oddity,
  totalOf,
  UsageLine,
} from '../prices/usageLines';
import { ReportedUsage } from '../protocols';

/** Stage 8. What each attempt costs: by the provider's own count, or, where there is none, by an estimate. */
export function createSettleStage(options: { logger: Logger }): Stage {
  return {
    name: 'settle',
    always: true,
    run(call) {
      for (const attempt of call.attempts) settle(call, attempt);
    },
  };

  function settle(call: Call, attempt: Attempt): void {
    attempt.end();
    const { outcome, target, hold } = attempt;
    if (!outcome) return;
    if (outcome.end === 'cached') {
      settleStored(call, attempt, outcome);
      return;
    }
    if (!attempt.dispatched || costsNothing(attempt, outcome)) return;
    invariant(hold !== undefined, 'nothing is held');
    const { usage, isEstimate } = usageOf(call, attempt, outcome);
    const bill = billOf(target.prices, usage);
    const isByPiece = target.prices.piece !== undefined;
    attempt.usage = {
      lines: bill.lines,
      serviceTier: bill.serviceTier,
      oddities: odditiesOf(bill, outcome.usage, isEstimate),
      // of an answer that was cut, a provider's count up to there is the best there is
      estimated: isEstimate || outcome.end === 'cut',
      inputTokens: isByPiece ? 0 : usage.inputTokens,
      outputTokens: isByPiece ? 0 : usage.outputTokens,
    };
    attempt.costPicoUsd = totalOf(bill.lines);
    if (call.model && savesBy(attempt)) {
      const asked = costAt(call.model.targets[0].prices, usage);
      attempt.avoidedPicoUsd = picoUsd(asked - attempt.costPicoUsd);
    }
    if (attempt.costPicoUsd > hold.amountPicoUsd) {
      reportOverrun(call, attempt, bill.lines);
    }
  }

  /** Nothing was spent; what an equal call did cost is what this one is spared. */
  function settleStored(call: Call, attempt: Attempt, outcome: Outcome): void {
    const { usage } = outcome;
    invariant(usage !== undefined, 'a stored answer without usage');
    const { prices } = attempt.target;
    const { lines, serviceTier } = billOf(prices, usage);
    const isByPiece = prices.piece !== undefined;
    attempt.usage = {
      lines: lines.map(line => ({ ...line, costPicoUsd: picoUsd(0n) })),
      serviceTier,
      oddities: [],
      estimated: false,
      inputTokens: isByPiece ? 0 : usage.inputTokens,
      outputTokens: isByPiece ? 0 : usage.outputTokens,
    };
    attempt.costPicoUsd = picoUsd(0n);
    attempt.avoidedPicoUsd = call.caching?.hit?.answer.costPicoUsd;
  }

  function reportOverrun(
    call: Call,
    attempt: Attempt,
    lines: readonly UsageLine[],
  ): void {
    // booked as it is: money that was spent is not made less by a limit
    options.logger.error('A call cost more than was held for it: overrun', {
      requestId: call.id,
      model: attempt.model.name,
      costPicoUsd: String(attempt.costPicoUsd),
      heldPicoUsd: String(attempt.hold?.amountPicoUsd),
      tokens: lines.map(each => `${each.tokenClass} ${each.tokens}`).join(', '),
    });
  }
}

/** Whether nothing was used, so that the hold is given back. Of a prompt that was filtered, only tokens are billed. */
function costsNothing({ target }: Attempt, { end }: Outcome): boolean {
  if (end === 'refused') return true;
  return end === 'filtered' && target.prices.piece !== undefined;
}

/** The provider's own count; an estimate where it gives none, or one of nothing at all. */
function usageOf(
  call: Call,
  attempt: Attempt,
  outcome: Outcome,
): { usage: ReportedUsage; isEstimate: boolean } {
  const { prices } = attempt.target;
  const { usage: reported } = outcome;
  const isEstimate = !reported || !isChargeable(prices, reported);
  const usage = isEstimate ? estimateUsage(call, attempt, outcome) : reported;
  if (usage.serviceTier !== undefined || !prices.others) {
    return { usage, isEstimate };
  }
  // the provider says nothing: then priority was given, if it was asked for
  const asksForPriority =
    call.fields?.serviceTier === 'priority' && !call.passage?.translation;
  return {
    usage: asksForPriority ? { ...usage, serviceTier: 'priority' } : usage,
    isEstimate,
  };
}

function odditiesOf(
  bill: Bill,
  reported: ReportedUsage | undefined,
  isEstimate: boolean,
): readonly Oddity[] {
  const isMismatched = reported && (isEstimate || reported.isMismatched);
  return isMismatched ? ['usage-mismatch', ...bill.oddities] : bill.oddities;
}

/** Whether another model answered than the one that was asked for. What that saves may be below zero. */
function savesBy({ because }: Attempt): boolean {
  return because === 'specialist' || because === 'fallback';
}
