import http, { IncomingMessage, ServerResponse } from 'node:http';
import net, { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorCode, ERRORS, GatewayError } from '../errors';
import { writeError } from './respond';

/** Longer than load balancers keep an idle connection, so that they close it, not we under a request. */
const KEEP_ALIVE_MS = 65_000;
const LONGEST_CHECK_MS = 5000;
const IDLE_CHECK_MS = 200;
/** Of a request, with its first line: Node's default, whatever it is started with. */
const MAX_HEADER_BYTES = 16 * 1024;
const CLOSE = ['connection', 'close'];

/** How long a request may take to arrive. */
export interface ListenerLimits {
  headersMs: number;
  requestMs: number;
}

/** The gateway's own HTTP server: no framework, nothing on the way of a call that is not needed. */
export class Listener {
  readonly #server: http.Server;
  readonly #newRequestId: () => string;
  #isDraining = false;

  constructor(options: {
    limits: ListenerLimits;
    newRequestId: () => string;
    onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  }) {
    const { headersMs, requestMs } = options.limits;
    this.#newRequestId = options.newRequestId;
    this.#server = http.createServer(
      {
        noDelay: true,
        headersTimeout: headersMs,
        requestTimeout: requestMs,
        connectionsCheckingInterval: Math.min(
          LONGEST_CHECK_MS,
          headersMs,
          requestMs,
        ),
        keepAliveTimeout: KEEP_ALIVE_MS,
        maxHeaderSize: MAX_HEADER_BYTES,
        requireHostHeader: false, // refused below: Node's own refusal has no body and no id
      },
      (request, response) => {
        if (this.#isDraining) response.shouldKeepAlive = false;
        if (isServable(request)) options.onRequest(request, response);
        else this.#refuseRequest(response);
      },
    );
    this.#server.on('checkExpectation', (_request, response) =>
      this.#refuseRequest(response),
    );
    this.#server.on('clientError', (error, socket) =>
      this.#refuse(error, socket),
    );
  }

  /**
   * Begins to listen.
   *
   * @returns the port: the one that was asked for, or for 0 one that was free
   * @throws Error that names the port and the setting
   */
  listen(options: { host: string; port: number }): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(listenError(error, options)),
      );
      this.#server.listen(options.port, options.host, () => {
        const { port } = this.#server.address() as AddressInfo;
        resolve(port);
      });
    });
  }

  /**
   * No new connections. Those that there are get one more answer, with `connection: close`. Were they closed at
   * once, a request that is on its way to us just now would fail.
   *
   * @param options.lingerMs - connections that stay idle for this long from now on are closed
   * @param options.untilMs - resolves at this time at the latest, in milliseconds since 1970; before it when no
   *   connection is left
   */
  async drain(options: { lingerMs: number; untilMs: number }): Promise<void> {
    this.#isDraining = true;
    if (!this.#server.listening) return;
    const idleFromMs = Date.now() + options.lingerMs;
    const isClosed = new Promise<void>(resolve => {
      // not http's own close: it ends idle connections under their next request
      net.Server.prototype.close.call(this.#server, () => resolve());
    });
    const closeIdle = () => {
      // not in a timer's own turn: a request may wait in the socket of a process that was held up
      if (Date.now() < idleFromMs) return;
      setImmediate(() => this.#server.closeIdleConnections());
    };
    const timer = setInterval(closeIdle, IDLE_CHECK_MS);
    closeIdle();
    const waiting = new AbortController();
    await Promise.race([
      isClosed,
      sleep(Math.max(0, options.untilMs - Date.now()), undefined, {
        signal: waiting.signal,
      }).catch(() => {}),
    ]);
    waiting.abort();
    clearInterval(timer);
  }

  /** Ends every connection that is left. */
  destroy(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** HTTP that can be parsed, and yet may not be sent. */
  #refuseRequest(response: ServerResponse): void {
    writeError(response, {
      requestId: this.#newRequestId(),
      error: new GatewayError('malformed_request', { headers: CLOSE }),
    });
  }

  /** What is no HTTP, or too slow, is answered on the bare socket: there is no request to answer. */
  #refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal = new GatewayError(codeOf(error));
    // with the type outside, clients of Anthropic read it, too: which path was meant, nobody knows
    const body = JSON.stringify({ type: 'error', ...refusal.toJSON() });
    socket.end(
      [
        `HTTP/1.1 ${refusal.status} ${http.STATUS_CODES[refusal.status]}`,
        'content-type: application/json; charset=utf-8',
        `content-length: ${Buffer.byteLength(body)}`,
        `x-request-id: ${this.#newRequestId()}`,
        'connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  }
}

/** The parser takes other versions than it speaks. Of two hosts, another server on the way may have read the other. */
function isServable({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return httpVersion === '1.1'
    ? hosts === 1
    : httpVersion === '1.0' && hosts < 2;
}

function codeOf(error: NodeJS.ErrnoException): ErrorCode {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'request_timeout';
    case 'HPE_HEADER_OVERFLOW':
      return 'headers_too_large';
    default:
      return 'malformed_request' satisfies keyof typeof ERRORS;
  }
}

function listenError(
  error: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
): Error {
  const reason =
    error.code === 'EADDRINUSE'
      ? 'another program uses it'
      : error.code ?? error.message;
  return new Error(
    `Cannot listen on ${host}:${port}: ${reason}. ` +
      `Stop that program, or set aiMeshGateway.listen.port to a free port.`,
  );
}
