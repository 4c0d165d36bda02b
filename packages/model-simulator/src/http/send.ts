import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ApiError, Dialect } from './ApiError';
import { errorBody } from './errorBody';

export const JSON_TYPE = 'application/json';

/** Sends a whole body at once. */
export function send(
  response: ServerResponse,
  body: string | Buffer,
  options: {
    status?: number;
    contentType?: string;
    headers?: OutgoingHttpHeaders;
  } = {},
): void {
  response.writeHead(options.status ?? 200, {
    ...options.headers,
    'content-type': options.contentType ?? JSON_TYPE,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

export function sendError(
  response: ServerResponse,
  error: ApiError,
  words: { dialect: Dialect; requestId: string },
): void {
  send(response, JSON.stringify(errorBody(error, words)), {
    status: error.status,
    headers: error.headers,
  });
}

/** Promises a whole body, sends half of it and then calls `breakOff`. */
export function sendHalf(
  response: ServerResponse,
  body: Buffer,
  contentType: string,
  breakOff: () => void,
): void {
  response.writeHead(200, {
    'content-type': contentType,
    'content-length': body.length,
  });
  response.write(body.subarray(0, body.length >> 1), breakOff);
}
