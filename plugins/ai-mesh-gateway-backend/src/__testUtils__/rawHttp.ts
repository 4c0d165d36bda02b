import net from 'node:net';

const PATIENCE_MS = 10_000;

/** A request as it goes over the wire, so that tests can send what no client would. */
export interface RawRequest {
  method: string;
  /** Path and query. */
  path: string;
  /** Name, value; in this order, and as often as they stand here. */
  headers: ReadonlyArray<readonly [string, string]>;
  body: Buffer;
}

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  headers: ReadonlyMap<string, string>;
  body: string;
  /** All of it. */
  text: string;
}

/** Writes a request; a length is only there if a header says so. */
export function writeRequest(request: RawRequest): Buffer {
  const lines = [
    `${request.method} ${request.path} HTTP/1.1`,
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
  ];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return Buffer.concat([head, request.body]);
}

/** The body of a request in one chunk. */
export function chunked(body: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`${body.length.toString(16)}\r\n`),
    body,
    Buffer.from('\r\n0\r\n\r\n'),
  ]);
}

/**
 * Sends bytes on a connection of their own, and reads until the other side closes it.
 *
 * @throws Error when it does not, or says nothing
 */
export function exchange(port: number, bytes: Buffer): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(PATIENCE_MS, () =>
      socket.destroy(new Error('The connection stayed open')),
    );
    socket.on('data', chunk => chunks.push(chunk));
    let failure: Error | undefined;
    socket.on('error', error => {
      failure = error;
    });
    socket.on('close', () => {
      const answer = readAnswer(Buffer.concat(chunks).toString());
      if (answer) resolve(answer);
      else reject(failure ?? new Error('There was no answer'));
    });
  });
}

function readAnswer(text: string): RawAnswer | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const [statusLine, ...lines] = text.slice(0, headEnd).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: new Map(headers),
    body: text.slice(headEnd + 4),
    text,
  };
}
