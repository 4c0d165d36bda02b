import {
  BudgetNode,
  PicoUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** One budget on the way of a call, with its balance of a month, as it stands at a moment. Amounts in pico-USD. */
export interface BudgetLevel {
  id: string;
  node: BudgetNode;
  /** Grows with each change, with the begin of each end-game, and with the begin and the end of each top-up. */
  epoch: number;
  /** Absent: no limit of its own. */
  budget?: {
    limit: PicoUsd;
    kind: 'hard' | 'soft';
    carryOver: 'none' | 'unused';
    /** Approved, and now is their time. */
    topUp: PicoUsd;
    /** When the first of these top-ups ends. */
    topUpEndsAt?: Date;
    /** From which month on there is a limit; absent when nobody knows. */
    since?: string;
  };
  settled: PicoUsd;
  leased: PicoUsd;
  /** What was left of the month before; absent while nobody has worked it out. */
  carried?: PicoUsd;
  /** The most that gateways needed at once lately, and what they mostly do. */
  needMax: PicoUsd;
  needMean: PicoUsd;
  /** The effective limit at which the end-game of the month began, if it did. */
  endGameLimit?: PicoUsd;
}

/** An effective limit ends here: above it the sums of SQLite would end. */
const LARGEST_EFFECTIVE_LIMIT = 9_200_000n * 10n ** 12n;

/** What may be spent: the limit, what was carried over, and the top-ups of the moment. Undefined without a limit. */
export function effectiveLimit(level: BudgetLevel): PicoUsd | undefined {
  if (!level.budget) return undefined;
  const { limit, topUp } = level.budget;
  const sum = limit + (level.carried ?? 0n) + topUp;
  return picoUsd(sum < LARGEST_EFFECTIVE_LIMIT ? sum : LARGEST_EFFECTIVE_LIMIT);
}

/** What no lease and no booking has taken yet; may be below zero. Undefined where nothing is ever refused. */
export function remainingOf(level: BudgetLevel): bigint | undefined {
  const limit = effectiveLimit(level);
  if (limit === undefined || level.budget?.kind === 'soft') return undefined;
  return limit - level.settled - level.leased;
}

/** Whether the end-game has begun and no higher limit has ended it. */
export function isInEndGame(level: BudgetLevel): boolean {
  const limit = effectiveLimit(level);
  return (
    limit !== undefined &&
    level.endGameLimit !== undefined &&
    limit <= level.endGameLimit
  );
}
