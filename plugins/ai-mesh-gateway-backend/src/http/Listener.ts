import http, { IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { ErrorCode, ERRORS, GatewayError } from '../errors';

/** Longer than load balancers keep an idle connection, so that they close it, not we under a request. */
const KEEP_ALIVE_MS = 65_000;
const LONGEST_CHECK_MS = 5000;

/** How long a request may take to arrive. */
export interface ListenerLimits {
  headersMs: number;
  requestMs: number;
}

/** The gateway's own HTTP server: no framework, nothing on the way of a call that is not needed. */
export class Listener {
  readonly #server: http.Server;
  readonly #newRequestId: () => string;

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
      },
      options.onRequest,
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

  /** No new connections; those without a request are closed. */
  stopAccepting(): void {
    if (this.#server.listening) this.#server.close();
    this.#server.closeIdleConnections();
  }

  /** Ends every connection that is left. */
  destroy(): void {
    this.#server.closeAllConnections();
  }

  /** What is no HTTP, or too slow, is answered on the bare socket: there is no request to answer. */
  #refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal = new GatewayError(codeOf(error));
    const body = JSON.stringify(refusal);
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
