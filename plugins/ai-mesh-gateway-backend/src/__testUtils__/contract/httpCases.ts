import { chunked, writeRequest } from '../rawHttp';
import { Case, hasBody } from './Case';
import { RouteRequest } from './RouteRequest';

type Bytes = (route: RouteRequest) => Buffer;

/** A request with another head; its body stays. */
const withHead =
  (change: (head: string) => string): Bytes =>
  route => {
    const written = writeRequest(route.request());
    const bodyStart = written.indexOf('\r\n\r\n') + 4;
    const head = written.toString('latin1', 0, bodyStart);
    return Buffer.concat([
      Buffer.from(change(head), 'latin1'),
      written.subarray(bodyStart),
    ]);
  };

/** A request with one more line at the start of its headers. */
const withLine = (line: string) =>
  withHead(head => head.replace('\r\n', `\r\n${line}\r\n`));

/** A request with a body in one chunk, and these headers for its length. */
const withLengths =
  (...headers: [string, string][]): Bytes =>
  route =>
    writeRequest(
      route.request({ headers, body: chunked(route.request().body) }),
    );

/** What is no HTTP, or is read in two ways by two servers. */
const MALFORMED: Record<string, Bytes> = {
  'content-length and transfer-encoding': withLengths(
    ['content-length', '5'],
    ['transfer-encoding', 'chunked'],
  ),
  'transfer-encoding and content-length': withLengths(
    ['transfer-encoding', 'chunked'],
    ['content-length', '5'],
  ),
  'an unknown transfer-encoding': withLengths(['transfer-encoding', 'zip']),
  'a transfer-encoding after the chunks': withLengths([
    'transfer-encoding',
    'chunked, zip',
  ]),
  'two content-lengths': withLine('content-length: 3\r\ncontent-length: 4'),
  'a content-length below zero': withLine('content-length: -1'),
  'a list of content-lengths': withLine('content-length: 2, 2'),
  'a space before the colon of a header': withLine('x-absurd : 1'),
  'a header without a name': withLine(': 1'),
  'a header without a colon': withLine('x-absurd'),
  'a zero byte in a header': withLine('x-absurd: a\0b'),
  'a header over two lines': withLine('x-absurd: a\r\n b'),
  'a carriage return in a header': withLine('x-absurd: a\rb: c'),
  'an unknown version': withHead(head => head.replace('HTTP/1.1', 'HTTP/7.3')),
  'a method that is none': withHead(head => head.replace(/^\w+/, 'ABSURD')),
};

/** HTTP, and yet not to be served. */
const REFUSED: Record<string, Bytes> = {
  'no version': withHead(head => head.replace(' HTTP/1.1', '')),
  'version 2.0': withHead(head => head.replace('HTTP/1.1', 'HTTP/2.0')),
  'no host': withHead(head => head.replace('host: gateway\r\n', '')),
  'two hosts': withLine('Host: elsewhere'),
  'an expectation that nobody meets': withLine('expect: a-miracle'),
};

const OVERSIZED: Record<string, Bytes> = {
  'one header of more than 16 KiB': withLine(`x-long: ${'a'.repeat(16_384)}`),
  'headers of more than 16 KiB together': withLine(
    Array.from({ length: 1024 }, (_, at) => `x-header-${at}: 1`).join('\r\n'),
  ),
};

/** What is wrong with the HTTP of a request. */
export const HTTP_CASES: Case[] = [
  ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'].map(
    (method): Case => ({
      what: `the method ${method}`,
      on: route => route.method !== method,
      request: route => route.request({ method }),
      code: 'method_not_allowed',
      headers: { allow: /^(GET|POST)$/ },
    }),
  ),
  ...Object.entries(MALFORMED).map(
    ([what, request]): Case => ({
      what,
      request,
      code: 'malformed_request',
      isUnread: true,
    }),
  ),
  {
    what: 'a chunk without a size',
    on: hasBody,
    request: route =>
      writeRequest(
        route.request({
          body: Buffer.from('size\r\n{}\r\n0\r\n\r\n'),
          headers: [['transfer-encoding', 'chunked']],
        }),
      ),
    code: 'malformed_request',
    isUnread: true,
  },
  ...Object.entries(REFUSED).map(
    ([what, request]): Case => ({ what, request, code: 'malformed_request' }),
  ),
  ...Object.entries(OVERSIZED).map(
    ([what, request]): Case => ({
      what,
      request,
      code: 'headers_too_large',
      isUnread: true,
    }),
  ),
];
