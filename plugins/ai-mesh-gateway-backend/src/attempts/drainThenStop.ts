import { CallerGoneError } from '../errors';

/**
 * How long a provider goes on after its caller hung up. An answer that is nearly done is then counted by the
 * provider, to the token: of one that is cut off, OpenAI tells no count at all, and some providers bill what they
 * would have said. A long one is stopped: nobody reads it.
 */
const DRAIN_MS = 1000;

/** How a call is stopped: at once, but for a caller who hung up while the provider was at work. */
export function drainThenStop(upstream: {
  readonly isSent: boolean;
  abort(reason: Error): void;
}): (reason: Error) => void {
  let timer: NodeJS.Timeout | undefined;
  return reason => {
    clearTimeout(timer);
    if (reason instanceof CallerGoneError && upstream.isSent) {
      timer = setTimeout(() => upstream.abort(reason), DRAIN_MS);
    } else upstream.abort(reason);
  };
}
