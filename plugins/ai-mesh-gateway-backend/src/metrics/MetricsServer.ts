import http, { IncomingMessage, ServerResponse } from 'node:http';
import { describeError, Logger } from '../Logger';
import { PROMETHEUS_CONTENT_TYPE } from './prometheusText';

/** `GET /metrics` on a port of its own, without a token: for a network that only operators reach. */
export class MetricsServer {
  readonly #server: http.Server;
  readonly #read: () => Promise<string>;
  readonly #logger: Logger;

  constructor(options: { read: () => Promise<string>; logger: Logger }) {
    this.#read = options.read;
    this.#logger = options.logger;
    this.#server = http.createServer((request, response) =>
      this.#answer(request, response),
    );
  }

  /**
   * @returns the port
   * @throws Error that names the port and the setting
   */
  listen(options: { host: string; port: number }): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          new Error(
            `Cannot listen on ${options.host}:${options.port} (${error.code}). Set aiMeshGateway.metrics.listen to a free port, or remove it.`,
          ),
        ),
      );
      this.#server.listen(options, () => {
        const address = this.#server.address();
        resolve(
          typeof address === 'object' && address ? address.port : options.port,
        );
      });
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || request.url?.split('?', 1)[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    this.#read().then(
      text => {
        response.writeHead(200, { 'content-type': PROMETHEUS_CONTENT_TYPE });
        response.end(text);
      },
      error => {
        this.#logger.error(`No metrics: ${describeError(error)}`);
        response.writeHead(500).end();
      },
    );
  }
}
