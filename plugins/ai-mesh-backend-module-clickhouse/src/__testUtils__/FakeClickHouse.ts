import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** One statement that arrived. */
export interface Received {
  statement: string;
  settings: URLSearchParams;
  authorization?: string;
  database?: string;
}

type Failure =
  /** It refuses with an exception, as ClickHouse words it. */
  | 'exception'
  /** It takes the rows, and the connection breaks before the answer. */
  | 'answer-lost'
  /** It never answers. */
  | 'hang';

/**
 * As much of ClickHouse's HTTP interface as an insert needs: statements in the query or the body, gzip, Basic
 * authentication, and insert blocks that are dropped when their token was seen.
 */
export class FakeClickHouse {
  readonly received: Received[] = [];
  /** The rows that it keeps. */
  readonly rows: Record<string, unknown>[] = [];
  /** What happens to the next statements, first to last; then all succeed. */
  failures: Failure[] = [];
  readonly #tokens = new Set<string>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  async start(): Promise<string> {
    await new Promise<void>(resolve => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const body = await readBody(request);
    const settings = new URL(request.url ?? '/', 'http://localhost')
      .searchParams;
    const query = settings.get('query');
    const statement = query ?? body;
    this.received.push({
      statement,
      settings,
      authorization: request.headers.authorization,
      database: settings.get('database') ?? undefined,
    });
    const failure = this.failures.shift();
    if (failure === 'hang') return;
    if (failure === 'exception') {
      response.writeHead(500, { 'x-clickhouse-exception-code': '241' });
      response.end(
        'Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED) (version 26.7.2.1)',
      );
      return;
    }
    if (query?.startsWith('INSERT')) this.#insert(settings, body);
    if (failure === 'answer-lost') response.destroy();
    else response.end();
  }

  #insert(settings: URLSearchParams, body: string): void {
    const token = settings.get('insert_deduplication_token');
    if (token !== null) {
      if (this.#tokens.has(token)) return;
      this.#tokens.add(token);
    }
    for (const line of body.trim().split('\n')) {
      this.rows.push(JSON.parse(line));
    }
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const isGzip = request.headers['content-encoding'] === 'gzip';
  return (isGzip ? gunzipSync(body) : body).toString('utf8');
}
