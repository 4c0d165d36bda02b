import OpenAI from 'openai';
import { Agent } from 'undici';
import { chatOnce, createClient } from '../harness/realClient';

const MODEL = 'gpt-4o';
const MAX_TOKENS = 40;
/** Open at once to each gateway; calls beyond wait for one. */
const CONNECTIONS_A_GATEWAY = 50;

/** What the JSON of one call can cost at most, in bytes: its question is of constant length. */
export const CALL = {
  model: MODEL,
  max_tokens: MAX_TOKENS,
  messages: [{ role: 'user' as const, content: 'Where is my parcel, please?' }],
};

/** How a call ended for its caller. */
export type CallResult =
  | { end: 'answered'; requestId: string }
  /** The budget does not cover it. */
  | { end: 'refused' }
  /** Its gateway died, or the control plane was away. */
  | { end: 'failed'; reason: string };

/** The real client in parallel, to several gateways. */
export class ParallelCalls {
  readonly results: CallResult[] = [];
  readonly #clients: OpenAI[];
  readonly #agents: Agent[];

  constructor(options: { urls: readonly string[]; apiKey: string }) {
    this.#agents = options.urls.map(
      () => new Agent({ connections: CONNECTIONS_A_GATEWAY }),
    );
    this.#clients = options.urls.map((baseURL, index) =>
      createClient({
        apiKey: options.apiKey,
        baseURL,
        agent: this.#agents[index],
      }),
    );
  }

  /** Request ids of all that were answered so far. */
  get answered(): string[] {
    return this.results.flatMap(result =>
      result.end === 'answered' ? [result.requestId] : [],
    );
  }

  /** Resolves when so many calls were answered, in at most two minutes. */
  async untilAnswered(count: number): Promise<void> {
    const deadline = Date.now() + 120_000;
    while (this.count('answered') < count) {
      if (Date.now() > deadline) throw new Error('The calls stand still');
      await new Promise(done => setTimeout(done, 10));
    }
  }

  count(end: CallResult['end']): number {
    return this.results.filter(result => result.end === end).length;
  }

  /** Starts so many calls at the same time, shared among the gateways, every second one streamed. */
  async run(count: number): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, (_, index) => this.#call(index)),
    );
  }

  /** Calls one gateway after the other until each has refused a call for want of money. */
  async runUntilRefused(): Promise<void> {
    const deadline = Date.now() + 120_000;
    const refused = new Set<number>();
    for (let index = 0; refused.size < this.#clients.length; index++) {
      if (Date.now() > deadline) {
        throw new Error(
          `Not every gateway refuses: ${JSON.stringify(this.results.at(-1))}`,
        );
      }
      const gateway = index % this.#clients.length;
      const { end } = await this.#call(index);
      // what one call leaves may cover another one elsewhere: all must refuse in a row
      if (end === 'refused') refused.add(gateway);
      else refused.clear();
      if (end === 'failed') await new Promise(done => setTimeout(done, 200));
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#agents.map(agent => agent.destroy()));
  }

  async #call(index: number): Promise<CallResult> {
    const client = this.#clients[index % this.#clients.length];
    const stream = Math.floor(index / this.#clients.length) % 2 === 0;
    const result = await chatOnce(client, CALL, { stream }).then(
      (requestId): CallResult => ({ end: 'answered', requestId }),
      readFailure,
    );
    this.results.push(result);
    return result;
  }
}

function readFailure(error: unknown): CallResult {
  if (error instanceof OpenAI.APIError && error.code === 'insufficient_quota') {
    return { end: 'refused' };
  }
  return { end: 'failed', reason: String(error) };
}
