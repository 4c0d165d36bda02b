import { TopUp } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { StoredTopUp } from './TopUpStore';

/**
 * A top-up as somebody sees it.
 *
 * @param options - `by`: who looks; `mayDecide`: whether they may set the budget
 */
export function toTopUpView(
  topUp: StoredTopUp,
  options: { title: string; isActive: boolean; mayDecide: boolean; by: string },
): TopUp {
  const { state, requestedBy } = topUp;
  return {
    id: topUp.id,
    budgetId: topUp.nodeId,
    title: options.title,
    amountPicoUsd: topUp.amount,
    reason: topUp.reason,
    startsAt: topUp.startsAt.toISOString(),
    endsAt: topUp.endsAt.toISOString(),
    state,
    requestedBy,
    requestedAt: topUp.requestedAt.toISOString(),
    decidedBy: topUp.decidedBy,
    decidedAt: topUp.decidedAt?.toISOString(),
    decision: topUp.decision,
    isActive: options.isActive,
    canDecide:
      options.mayDecide && state === 'requested' && requestedBy !== options.by,
  };
}
