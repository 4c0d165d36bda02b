import { invariant, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Attempt, Outcome } from '../Attempt';
import { Call } from '../Call';
import { Logger } from '../Logger';
import { Stage } from '../pipeline';
import { estimateUsage } from '../prices/estimateUsage';
import { totalOf, UsageLine, usageLines } from '../prices/usageLines';

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
    if (!attempt.dispatched) return;
    if (outcome.end === 'refused') return; // nothing was used: its hold is given back
    invariant(hold !== undefined, 'nothing is held');
    const usage = outcome.usage ?? estimateUsage(call, attempt, outcome);
    const lines = usageLines(target.rates, usage);
    // of an answer that was cut, a provider's count up to there is the best there is
    const estimated = outcome.usage === undefined || outcome.end === 'cut';
    attempt.usage = { estimated, lines };
    attempt.costPicoUsd = totalOf(lines);
    if (call.model && savesBy(attempt)) {
      const asked = totalOf(usageLines(call.model.targets[0].rates, usage));
      attempt.avoidedPicoUsd = picoUsd(asked - attempt.costPicoUsd);
    }
    if (attempt.costPicoUsd > hold.amountPicoUsd) {
      reportOverrun(call, attempt, lines);
    }
  }

  /** Nothing was spent; what an equal call did cost is what this one is spared. */
  function settleStored(call: Call, attempt: Attempt, outcome: Outcome): void {
    const { usage } = outcome;
    invariant(usage !== undefined, 'a stored answer without usage');
    const lines = usageLines(attempt.target.rates, usage).map(line => ({
      ...line,
      costPicoUsd: picoUsd(0n),
    }));
    attempt.usage = { estimated: false, lines };
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

/** Whether another model answered than the one that was asked for. What that saves may be below zero. */
function savesBy({ because }: Attempt): boolean {
  return because === 'specialist' || because === 'fallback';
}
