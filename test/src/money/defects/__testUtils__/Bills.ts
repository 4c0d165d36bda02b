import {
  ModelSimulator,
  startModelSimulator,
} from '@sovereign-ai-mesh/model-simulator';
import {
  SnapshotInput,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { LocalGateway } from '../../../harness/LocalGateway';

type Model = SnapshotInput['models'][number];
type Target = Model['targets'][number];

const CONTEXT_TOKENS = 2_000_000;
/** A tool of the provider's own: what it finds may fill the context, so that any prompt is within what is held. */
const HOSTED = { type: 'browser' };

/** What the simulated provider is to count, tell or break; see its README. */
export interface Directives {
  fault?: string;
  serviceTier?: string;
  cachedTokens?: number;
  cacheWriteTokens?: number;
  cacheWriteHourTokens?: number;
  audioPromptTokens?: number;
  reasoningTokens?: number;
  audioCompletionTokens?: number;
  toolCalls?: number;
  wrongUsage?: Record<string, unknown>;
}

/** As `metadata` of a request. */
function metadataOf(directives: Directives): Record<string, string> {
  return Object.fromEntries(
    Object.entries(directives).map(([name, value]) => [
      `simulator_${name.replace(/[A-Z]/g, each => `_${each.toLowerCase()}`)}`,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}

/** A model at one target: `openai` unless another provider is named. */
export function modelOf(
  name: string,
  target: Partial<Target> & Pick<Target, 'rates'>,
  rest: Partial<Model> = {},
): Model {
  const provider = target.provider ?? 'openai';
  return {
    name,
    kind: 'chat',
    contextTokens: CONTEXT_TOKENS,
    maxOutputTokens: 100_000,
    routing: { retries: 0 },
    targets: [
      {
        id: `${name}@${provider}`,
        provider,
        providerModel: name,
        priceVersionId: 'price',
        ...target,
      },
    ],
    ...rest,
  };
}

/** One call, with what the provider is to do with it. */
export interface BilledCall {
  path: string;
  body: Record<string, unknown>;
  directives?: Directives;
}

/** How it was answered, and what is booked of it. */
export interface Billed {
  status: number;
  text: string;
  records: UsageRecord[];
}

/** A gateway before a provider that counts as it is told, and what the gateway books for each call. */
export class Bills {
  readonly simulator: ModelSimulator;
  readonly gateway: LocalGateway;

  static async start(
    models: SnapshotInput['models'],
    limits: Parameters<typeof LocalGateway.start>[0]['limits'] = {},
  ): Promise<Bills> {
    const simulator = await startModelSimulator({
      models: 'any',
      keepRequests: 10,
    });
    const provider = { apiKey: 'a secret', allowPrivateAddress: true };
    const gateway = await LocalGateway.start({
      models,
      limits,
      providers: {
        openai: {
          ...provider,
          type: 'openai',
          baseUrl: `${simulator.url}/v1`,
        },
        anthropic: { ...provider, type: 'anthropic', baseUrl: simulator.url },
      },
    });
    return new Bills(simulator, gateway);
  }

  private constructor(simulator: ModelSimulator, gateway: LocalGateway) {
    this.simulator = simulator;
    this.gateway = gateway;
  }

  /** Calls, and gives what is booked of it: one record for each attempt that cost something. */
  async bill(
    path: string,
    body: Record<string, unknown>,
    directives: Directives = {},
  ): Promise<Billed> {
    const [billed] = await this.billAll([{ path, body, directives }]);
    return billed;
  }

  /** The same of many calls, all at once. */
  async billAll(calls: readonly BilledCall[]): Promise<Billed[]> {
    this.gateway.books.forget();
    this.simulator.reset();
    const answers = await Promise.all(
      calls.map(({ path, body, directives = {} }) => {
        const metadata = metadataOf(directives);
        const hasSome = Object.keys(metadata).length > 0;
        return this.gateway.post(path, {
          ...body,
          ...(hasSome && { metadata }),
        });
      }),
    );
    await this.gateway.untilIdle();
    const { booked } = this.gateway.books;
    return answers.map(({ status, text, headers }) => {
      const id = headers['x-request-id'];
      const records = booked.filter(each => each.requestId === id);
      return { status, text, records };
    });
  }

  /** What is booked of one chat whose provider counts so. @throws Error unless it is one record */
  async chat(
    model: string,
    directives: Directives = {},
    body: Record<string, unknown> = {},
  ): Promise<UsageRecord> {
    const { records } = await this.bill(
      '/v1/chat/completions',
      {
        model,
        messages: [{ role: 'user', content: 'Where is my parcel?' }],
        tools: [HOSTED],
        ...body,
      },
      directives,
    );
    if (records.length !== 1) {
      throw new Error(`${records.length} records were booked, not one`);
    }
    return records[0];
  }

  /** What the provider was sent last. */
  lastRequest(): Record<string, unknown> {
    return JSON.parse(`${this.simulator.received().at(-1)?.body}`);
  }

  /** @throws Error when money is still held */
  async stop(): Promise<void> {
    await this.gateway.stop();
    await this.simulator.close();
  }
}

/** All of a record's lines together, in pico-USD. */
export function costOf(record: UsageRecord): bigint {
  return record.lines.reduce((sum, line) => sum + line.costPicoUsd, 0n);
}

/** Tokens by class. */
export function tokensOf(record: UsageRecord): Record<string, number> {
  return Object.fromEntries(
    record.lines.map(line => [line.tokenClass, Number(line.tokens)]),
  );
}
