import type { ServerResponse } from 'node:http';
import { JSON_TYPE, send } from '../http/send';

const MANY = 10_000;

const EXTRA_BODY = JSON.stringify({
  id: 'chatcmpl-nobody-asked',
  object: 'chat.completion',
  choices: [{ message: { content: 'This answer was asked for by nobody.' } }],
});

/** An answer of its own, head and all. */
const EXTRA_RESPONSE = `HTTP/1.1 200 OK\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: ${Buffer.byteLength(
  EXTRA_BODY,
)}\r\n\r\n${EXTRA_BODY}`;

/** Makes the head of an answer longer than any client should read. */
export function addManyHeaders(response: ServerResponse): void {
  for (let number = 0; number < MANY; number++) {
    response.setHeader(`x-simulator-${number}`, 'one of many');
  }
}

/** Sends a second answer on the same connection, right behind the one that was asked for. */
export function sendExtraResponseAfter(response: ServerResponse): void {
  const { socket } = response;
  // First in line: Node's own listener takes the socket away from the response, or closes it.
  response.prependListener('finish', () => socket?.write(EXTRA_RESPONSE));
}

/** The error page of a proxy in between. */
export function sendHtml(response: ServerResponse, status: number): void {
  send(
    response,
    `<html><head><title>${status}</title></head><body><h1>${status}</h1><hr>proxy</body></html>`,
    { status, contentType: 'text/html' },
  );
}
