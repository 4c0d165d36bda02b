import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  parseUsd,
  Snapshot,
  SnapshotInput,
  snapshotSchema,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  createGateway,
  Gateway,
  GatewayOptions,
  GatewayStatus,
  MemoryControlPlane,
  recordsOf,
} from '@sovereign-ai-mesh/plugin-ai-mesh-gateway-backend';
import { generateKey, hashKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { Agent, request } from 'undici';
import { DEPARTMENT_REF } from './exampleCompany';

const HASH_SECRET = 'a hash secret for tests only, no other use';
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** A control plane that keeps what was booked, attempt by attempt. */
export class Books extends MemoryControlPlane {
  booked: UsageRecord[] = [];

  override async sendUsage(
    batch: Parameters<MemoryControlPlane['sendUsage']>[0],
  ) {
    const answer = await super.sendUsage(batch);
    this.booked.push(...recordsOf(batch));
    return answer;
  }

  forget(): void {
    this.booked = [];
    this.records.clear();
  }
}

/** A gateway in this process, with a key for all its models: for tests that look at one call at a time. */
export class LocalGateway {
  readonly books: Books;
  readonly #gateway: Gateway;
  readonly #url: string;
  readonly #secret: string;
  readonly #dataDirectory: string;
  readonly #agent = new Agent({ connections: null });

  static async start(
    options: { models: SnapshotInput['models'] } & Pick<
      GatewayOptions,
      'providers' | 'limits'
    >,
  ): Promise<LocalGateway> {
    const { models, ...rest } = options;
    const key = generateKey();
    const books = new Books({
      snapshot: snapshotOf(models, key),
      budgetPicoUsd: parseUsd('1000'),
      sparePicoUsd: parseUsd('10'),
    });
    const dataDirectory = await mkdtemp(join(tmpdir(), 'ai-mesh-gateway-'));
    const gateway = createGateway({
      ...rest,
      limits: { lingerMs: 0, ...rest.limits },
      listen: { host: '127.0.0.1', port: 0 },
      hashSecret: HASH_SECRET,
      logger: SILENT,
      circuit: { failures: Infinity }, // one test's faults must not refuse the next one's calls
      dataDirectory,
      controlPlane: books,
    });
    const { port } = await gateway.listen();
    const started = new LocalGateway({
      books,
      gateway,
      url: `http://127.0.0.1:${port}`,
      secret: key.secret,
      dataDirectory,
    });
    await started.until(({ ready }) => ready);
    return started;
  }

  private constructor(options: {
    books: Books;
    gateway: Gateway;
    url: string;
    secret: string;
    dataDirectory: string;
  }) {
    this.books = options.books;
    this.#gateway = options.gateway;
    this.#url = options.url;
    this.#secret = options.secret;
    this.#dataDirectory = options.dataDirectory;
  }

  /** @param path - such as `/v1/embeddings` */
  async post(
    path: string,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<{
    status: number;
    headers: Record<string, string | string[] | undefined>;
    text: string;
  }> {
    const answer = await request(this.#url + path, {
      method: 'POST',
      dispatcher: this.#agent,
      headers: {
        authorization: `Bearer ${this.#secret}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(body),
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: await answer.body.text(),
    };
  }

  /** Waits until no call runs and all usage is booked. */
  async untilIdle(): Promise<void> {
    await this.until(
      ({ activeCalls, undeliveredRecords }) =>
        activeCalls === 0 && undeliveredRecords === 0,
    );
  }

  /** Waits until the status says so, for at most ten seconds. */
  async until(isTrue: (status: GatewayStatus) => boolean): Promise<void> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const status = this.#gateway.status();
      if (status && isTrue(status)) return;
      if (Date.now() > deadline) {
        throw new Error(`It did not come to that: ${JSON.stringify(status)}`);
      }
      await new Promise(done => setTimeout(done, 5));
    }
  }

  /** Ends it. @throws Error when money is still held */
  async stop(): Promise<void> {
    await this.#gateway.close();
    await this.#agent.destroy();
    await rm(this.#dataDirectory, { recursive: true });
    const { leasedPicoUsd } = this.books;
    if (leasedPicoUsd !== 0n) {
      throw new Error(
        `${leasedPicoUsd} pico-USD stay held after the last call`,
      );
    }
  }
}

function snapshotOf(
  models: SnapshotInput['models'],
  key: ReturnType<typeof generateKey>,
): Snapshot {
  return snapshotSchema.parse({
    version: '1',
    generatedAt: '2026-11-22T10:00:00.000Z',
    keys: [
      {
        id: key.id,
        hash: hashKey(key.secret, HASH_SECRET),
        applicationRef: 'component:default/support-bot',
        departmentRef: DEPARTMENT_REF,
        models: models.map(({ name }) => name),
        expiresAt: '2999-01-01T00:00:00.000Z',
      },
    ],
    models,
    departments: [{ ref: DEPARTMENT_REF, budgetEpoch: 1 }],
  } satisfies SnapshotInput);
}
