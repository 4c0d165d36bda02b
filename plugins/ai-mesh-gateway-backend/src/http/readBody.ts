import { Call } from '../Call';
import { GatewayError } from '../errors';

/** Up to how many times the limit a body is read to its end, so that the caller can read the refusal. */
const DRAIN_FACTOR = 4;
const NOTHING = Buffer.alloc(0);

/**
 * Reads a request's body. The time that it may take is bounded by the listener.
 *
 * @param options.maxBytes - more is refused
 * @param options.accept - takes the body; what it throws is thrown
 * @throws GatewayError `request_too_large`; CallerGoneError when the connection ends before the body does
 */
export function readBody(
  call: Call,
  options: { maxBytes: number; accept: (body: Buffer) => void },
): Promise<void> {
  const { maxBytes, accept } = options;
  return new Promise((resolve, reject) => {
    const { request } = call;
    const declaredBytes = Number(request.headers['content-length'] ?? 0);
    if (declaredBytes > DRAIN_FACTOR * maxBytes) {
      reject(tooLarge(['connection', 'close']));
      return;
    }
    let first: Buffer | undefined;
    let chunks: Buffer[] | undefined;
    let length = 0;
    // the end of the connection is told through it: no listeners on the request besides
    call.onAbort(reject);
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        // the rest is read and dropped: a reset would hide the refusal from the caller
        first = undefined;
        chunks = undefined;
        if (length <= DRAIN_FACTOR * maxBytes) return;
        request.pause();
        reject(tooLarge(['connection', 'close']));
      } else if (!first) first = chunk;
      else if (chunks) chunks.push(chunk);
      else chunks = [first, chunk];
    });
    request.on('end', () => {
      call.onAbort(undefined);
      if (length > maxBytes) {
        reject(tooLarge([]));
        return;
      }
      try {
        accept(chunks ? Buffer.concat(chunks) : first ?? NOTHING);
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
}

function tooLarge(headers: string[]): GatewayError {
  return new GatewayError('request_too_large', { headers });
}
