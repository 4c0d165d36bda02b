/** What can go wrong on demand. */
export const FAULT_KINDS = [
  'rate-limit',
  'overloaded',
  'error',
  'context-length',
  'hang',
  'trickle',
  'cut',
  'reset',
  'malformed',
  'html',
  'gzip-bomb',
  'many-headers',
  'extra-response',
  'content-filter',
  'ignore-max-tokens',
  'no-usage',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** One thing that goes wrong with one answer. */
export interface Fault {
  kind: FaultKind;
  /** `rate-limit` and `overloaded`: seconds in the `retry-after` header; 1 when left out. */
  retryAfterSeconds?: number;
  /** `error` and `html`: the HTTP status; 500 and 502 when left out. */
  status?: number;
  /**
   * `cut`, `reset`, `malformed` and `hang`: tokens of a stream that still arrive; of an answer that is
   * not streamed, half. Left out, half of the tokens do; but `hang` and `reset` then send nothing at all.
   */
  afterTokens?: number;
  /** `trickle`: milliseconds from byte to byte; 1,000 when left out. */
  intervalMs?: number;
  /** `content-filter`: what is refused; `prompt` when left out. */
  stage?: 'prompt' | 'answer';
}

/** A fault that comes by itself. */
export interface FaultRule extends Fault {
  /** Only for this model; for every model when left out. */
  model?: string;
  /** Share of the answers that it strikes, 0 to 1; 1 when left out. */
  probability?: number;
}
