import { Bounds } from './bounds';
import { LimitSubject } from './LimitSubject';
import { UNITS_PER_ITEM } from './Meter';
import { Standing } from './Tally';

/** A subject, what it may and how full it is. */
export interface Measured {
  readonly subject: LimitSubject;
  readonly bounds: Bounds;
  readonly standing: Standing;
}

/**
 * `x-ratelimit-*` as OpenAI sends them: for requests and for tokens, of the subject with the least left. They
 * show what is held for the calls that run, this one among them, because they leave before its usage is known.
 *
 * @returns name, value, name, value
 */
export function limitHeaders(all: readonly Measured[]): string[] {
  const headers: string[] = [];
  let requests: Left | undefined;
  let tokens: Left | undefined;
  for (const { subject, bounds, standing } of all) {
    const { requestsPerMinute, tokensPerMinute } = subject.limits;
    requests = less(requests, {
      limit: requestsPerMinute,
      perMinute: bounds.requestsPerMinute,
      units: standing.requestUnits,
    });
    tokens = less(tokens, {
      limit: tokensPerMinute,
      perMinute: bounds.tokensPerMinute,
      units: standing.tokenUnits,
    });
  }
  if (requests) write(headers, 'requests', requests);
  if (tokens) write(headers, 'tokens', tokens);
  return headers;
}

/** How much of a limit is left. */
interface Left {
  /** As set; undefined: there is none. */
  readonly limit: number | undefined;
  /** As counted here. */
  readonly perMinute: number;
  readonly units: number;
}

function less(least: Left | undefined, other: Left): Left | undefined {
  if (other.limit === undefined) return least;
  return !least || remaining(other) < remaining(least) ? other : least;
}

function remaining(left: Left): number {
  const units = left.perMinute * UNITS_PER_ITEM - left.units;
  return Math.max(0, Math.floor(units / UNITS_PER_ITEM));
}

function write(headers: string[], measure: string, left: Left): void {
  headers.push(
    `x-ratelimit-limit-${measure}`,
    `${left.limit}`,
    `x-ratelimit-remaining-${measure}`,
    `${remaining(left)}`,
    `x-ratelimit-reset-${measure}`,
    formatDuration(Math.ceil(left.units / left.perMinute)),
  );
}

/**
 * A duration as OpenAI writes it.
 *
 * @param ms - a whole number
 * @example formatDuration(12) // '12ms'
 * @example formatDuration(1_500) // '1.5s'
 * @example formatDuration(360_000) // '6m0s'
 */
export function formatDuration(ms: number): string {
  if (ms > 0 && ms < 1000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = (ms - minutes * 60_000) / 1000;
  if (minutes === 0) return `${seconds}s`;
  if (minutes < 60) return `${minutes}m${seconds}s`;
  return `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}s`;
}
