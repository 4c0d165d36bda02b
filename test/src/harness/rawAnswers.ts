// Answers of upstreams that are broken, overloaded or hostile, as bytes for the fault proxy.
import { gzipSync } from 'node:zlib';

/** An HTTP answer with a length, whatever its body holds. */
export function rawAnswer(options: {
  status?: string;
  headers?: readonly string[];
  body: string | Buffer;
}): Buffer {
  const body = Buffer.from(options.body);
  const head = [
    `HTTP/1.1 ${options.status ?? '200 OK'}`,
    ...(options.headers ?? ['content-type: application/json']),
    `content-length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

/** What a proxy in between says when it is lost: 200, and a page for people. */
export function htmlAnswer(): Buffer {
  return rawAnswer({
    headers: ['content-type: text/html'],
    body: '<!doctype html><title>Sign in</title><h1>Sign in to the network</h1>',
  });
}

/** More header lines than any parser should take. */
export function manyHeadersAnswer(count: number): Buffer {
  return rawAnswer({
    headers: Array.from({ length: count }, (_, at) => `x-header-${at}: ${at}`),
    body: '{}',
  });
}

/** An answer, and in the same packet a second one that nobody asked for. */
export function twoAnswers(first: Buffer, second: Buffer): Buffer {
  return Buffer.concat([first, second]);
}

/** A small body that unpacks to `unpackedBytes` of white space, and says so only in its content encoding. */
export function gzipBombAnswer(unpackedBytes: number): Buffer {
  return rawAnswer({
    headers: ['content-type: application/json', 'content-encoding: gzip'],
    body: gzipSync(Buffer.alloc(unpackedBytes, ' ')),
  });
}

/** No HTTP at all. */
export function garbage(): Buffer {
  return Buffer.from('\x00\x16\x03\x01 SSH-2.0-nothing you know\r\n\xff\r\n');
}
