import type { IncomingMessage } from 'node:http';
import { ApiError } from './ApiError';

/**
 * The whole body of a request.
 *
 * @throws ApiError 413 as soon as it is longer than `limitBytes`; the rest is not kept
 */
export function readBody(
  request: IncomingMessage,
  limitBytes: number,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > limitBytes) {
        // Read on and forget: a connection closed under a client that still sends hides the answer from it.
        chunks.length = 0;
        reject(
          new ApiError(413, `The request body is over ${limitBytes} bytes.`, {
            code: 'request_too_large',
          }),
        );
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () =>
      resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length)),
    );
    request.on('error', reject);
  });
}
