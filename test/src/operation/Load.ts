import OpenAI from 'openai';
import { Agent } from 'undici';
import { chatOnce, createClient } from '../harness/realClient';

/** New processes need the machine to start: the load leaves them some. */
const PAUSE_MS = 50;

const CALL = {
  model: 'gpt-4o-mini',
  max_tokens: 20,
  messages: [{ role: 'user' as const, content: 'Where is my parcel?' }],
};

function explain(error: unknown): string {
  const parts: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause) {
    parts.push(`${each.name}: ${each.message}`);
  }
  return parts.join(' < ');
}

/** Real clients that call a gateway again and again, each on one connection, until they are stopped. */
export class Load {
  /** Request ids of the calls that were answered to the end. */
  readonly answered: string[] = [];
  readonly failures: string[] = [];
  readonly #running: Promise<void>[];
  readonly #agents: Agent[] = [];
  #isStopped = false;

  constructor(baseURL: string, apiKey: string, clients: number) {
    this.#running = Array.from({ length: clients }, (_, index) => {
      const agent = new Agent({ connections: 1 });
      this.#agents.push(agent);
      return this.#callOn(createClient({ apiKey, baseURL, agent }), index);
    });
  }

  /** Resolves when this many more calls are answered. */
  async untilAnswered(more: number): Promise<void> {
    const enough = this.answered.length + more;
    const deadline = Date.now() + 30_000;
    while (this.answered.length < enough) {
      if (Date.now() > deadline) throw new Error('The load stands still');
      await new Promise(done => setTimeout(done, 10));
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#running);
    await Promise.all(this.#agents.map(agent => agent.close()));
  }

  async #callOn(client: OpenAI, index: number): Promise<void> {
    for (let call = index; !this.#isStopped; call += 1) {
      try {
        const stream = call % 2 === 0;
        this.answered.push(await chatOnce(client, CALL, { stream }));
      } catch (error) {
        this.failures.push(explain(error));
      }
      await new Promise(done => setTimeout(done, PAUSE_MS));
    }
  }
}
