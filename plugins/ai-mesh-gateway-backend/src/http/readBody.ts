import { IncomingMessage } from 'node:http';
import { CallerGoneError, GatewayError } from '../errors';

/** Up to how many times the limit a body is read to its end, so that the caller can read the refusal. */
const DRAIN_FACTOR = 4;
const NOTHING = Buffer.alloc(0);

/**
 * Reads a request's body. The time that it may take is bounded by the listener.
 *
 * @param maxBytes - more is refused
 * @throws GatewayError `request_too_large`; CallerGoneError when the connection ends before the body does
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const declaredBytes = Number(request.headers['content-length'] ?? 0);
    if (declaredBytes > DRAIN_FACTOR * maxBytes) {
      reject(tooLarge(['connection', 'close']));
      return;
    }
    let chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      chunks = []; // the rest is read and dropped: a reset would hide the refusal from the caller
      if (length > DRAIN_FACTOR * maxBytes) {
        request.pause();
        reject(tooLarge(['connection', 'close']));
      }
    });
    request.on('end', () => {
      if (length > maxBytes) reject(tooLarge([]));
      else if (chunks.length === 1) resolve(chunks[0]);
      else resolve(chunks.length === 0 ? NOTHING : Buffer.concat(chunks));
    });
    request.on('error', () => reject(new CallerGoneError()));
    request.on('close', () => {
      if (!request.complete) reject(new CallerGoneError());
    });
  });
}

function tooLarge(headers: string[]): GatewayError {
  return new GatewayError('request_too_large', { headers });
}
