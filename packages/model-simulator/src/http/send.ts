import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ApiError } from './ApiError';

const JSON_TYPE = 'application/json';

/** Sends a whole body at once. */
export function send(
  response: ServerResponse,
  body: string,
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

export function sendError(response: ServerResponse, error: ApiError): void {
  send(response, JSON.stringify(error), {
    status: error.status,
    headers: error.headers,
  });
}

/** Promises a whole body, sends half of it and breaks the connection. */
export function sendHalf(response: ServerResponse, body: string): void {
  const bytes = Buffer.from(body);
  response.writeHead(200, {
    'content-type': JSON_TYPE,
    'content-length': bytes.length,
  });
  response.write(bytes.subarray(0, bytes.length >> 1), () =>
    response.destroy(),
  );
}
