import { Limits } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/**
 * What stands for "not limited", per minute. So high that it drains within a millisecond, and so low that every
 * count stays an exact integer.
 */
const MOST_PER_MINUTE = 10_000_000_000;

/** The most tokens that a call is counted with. */
const MOST_TOKENS = 1_000_000_000;

/** The limits of a subject as they are counted: whole numbers, all of them there. */
export interface Bounds {
  readonly requestsPerMinute: number;
  readonly tokensPerMinute: number;
  readonly parallelRequests: number;
}

/** Whether there is anything to count. */
export function isLimited(limits: Limits): boolean {
  return (
    limits.requestsPerMinute !== undefined ||
    limits.tokensPerMinute !== undefined ||
    limits.parallelRequests !== undefined
  );
}

/**
 * The part of a subject's limits that one of several replicas may count by itself.
 *
 * @param replicas - how many count; 1 for all of it. Each has at least one request, token and call
 */
export function boundsOf(limits: Limits, replicas: number): Bounds {
  return {
    requestsPerMinute: shareOf(limits.requestsPerMinute, replicas),
    tokensPerMinute: shareOf(limits.tokensPerMinute, replicas),
    parallelRequests: shareOf(limits.parallelRequests, replicas),
  };
}

function shareOf(limit: number | undefined, replicas: number): number {
  if (limit === undefined) return MOST_PER_MINUTE;
  const bounded = Math.min(limit, MOST_PER_MINUTE);
  return replicas > 1 ? Math.max(1, Math.floor(bounded / replicas)) : bounded;
}

/** A count of tokens as the meters take it. */
export function boundedTokens(tokens: number): number {
  return tokens > 0 ? Math.min(Math.ceil(tokens), MOST_TOKENS) : 0;
}
