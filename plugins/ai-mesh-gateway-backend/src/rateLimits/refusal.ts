import { GatewayError } from '../errors';
import { Measured } from './limitHeaders';
import { LimitSubject } from './LimitSubject';
import { UNITS_PER_ITEM } from './Meter';

/** Which of a subject's limits a call does not fit in. */
type Measure = 'requests' | 'tokens' | 'parallel' | 'size';

/** Why a call is not let in. */
export interface Refusal {
  readonly subject: LimitSubject;
  readonly measure: Measure;
  /** How long until it fits, if nothing else comes and what is held is used. */
  readonly waitMs: number;
}

/** A free place cannot be foretold: it comes when some call ends. */
const PARALLEL_WAIT_MS = 1000;

/**
 * Why one more call does not fit in the limits of a subject; undefined when it does.
 *
 * A call that is larger than a replica's share, but not than the limit, fits when the share is unused: each
 * replica is above its share by one call at most, and no call is refused for ever because there are many.
 */
export function refusalOf(
  { subject, bounds, standing }: Measured,
  tokens: number,
): Refusal | undefined {
  if (tokens > (subject.limits.tokensPerMinute ?? tokens)) {
    return { subject, measure: 'size', waitMs: Infinity };
  }
  const { requestsPerMinute, tokensPerMinute } = bounds;
  const requestExcess =
    standing.requestUnits + (1 - requestsPerMinute) * UNITS_PER_ITEM;
  const tokenExcess =
    standing.tokenUnits +
    Math.min(0, tokens - tokensPerMinute) * UNITS_PER_ITEM;
  const isFull = standing.parallel >= bounds.parallelRequests;
  if (requestExcess <= 0 && tokenExcess <= 0 && !isFull) return undefined;
  const requestWaitMs = Math.ceil(requestExcess / requestsPerMinute);
  const tokenWaitMs = Math.ceil(tokenExcess / tokensPerMinute);
  if (requestWaitMs > 0 && requestWaitMs >= tokenWaitMs) {
    return { subject, measure: 'requests', waitMs: requestWaitMs };
  }
  if (tokenWaitMs > 0) {
    return { subject, measure: 'tokens', waitMs: tokenWaitMs };
  }
  return { subject, measure: 'parallel', waitMs: PARALLEL_WAIT_MS };
}

const NAMES: Record<LimitSubject['kind'], string> = {
  key: 'this key',
  application: 'this application',
  department: 'this department',
  model: 'this model',
};

const MESSAGES: Record<Measure, (name: string) => string> = {
  requests: name => `The requests per minute of ${name} are used up.`,
  tokens: name =>
    `The tokens per minute of ${name} do not cover what this call can use just now.`,
  parallel: name => `As many calls of ${name} are running as may at once.`,
  size: name =>
    `This call can use more tokens than ${name} has in a minute. Lower max_tokens, or send less.`,
};

/** A call does not fit in a limit of our own; providers' refusals have the same code. */
export class LimitError extends GatewayError {
  readonly scope: LimitSubject['kind'];
  readonly limit: 'requests' | 'tokens' | 'parallel';

  constructor(
    { measure, subject }: Refusal,
    options: { message: string; headers: readonly string[] },
  ) {
    const limit = measure === 'size' ? 'tokens' : measure;
    const type = limit === 'tokens' ? 'tokens' : 'requests';
    super('rate_limit_exceeded', { ...options, type });
    this.scope = subject.kind;
    this.limit = limit;
  }
}

/**
 * The error of a refusal.
 *
 * @param headers - `x-ratelimit-*`: name, value, name, value
 */
export function toError(
  refusal: Refusal,
  headers: readonly string[],
): LimitError {
  const { measure, subject, waitMs } = refusal;
  const retry =
    measure === 'size'
      ? ['x-should-retry', 'false'] // no wait makes it fit
      : [
          'retry-after',
          `${Math.max(1, Math.ceil(waitMs / 1000))}`,
          'retry-after-ms',
          `${Math.max(1, waitMs)}`,
        ];
  return new LimitError(refusal, {
    message: MESSAGES[measure](NAMES[subject.kind]),
    headers: [...retry, ...headers],
  });
}
