import OpenAI from 'openai';
import { Agent, fetch as undiciFetch } from 'undici';

/** New processes need the machine to start: the load leaves them some. */
const PAUSE_MS = 50;

async function callOnce(client: OpenAI, stream: boolean): Promise<string> {
  const body = {
    model: 'gpt-4o-mini',
    max_tokens: 20,
    messages: [{ role: 'user' as const, content: 'Where is my parcel?' }],
  };
  if (!stream) {
    const answer = await client.chat.completions.create(body);
    return String(answer._request_id);
  }
  const { data, response } = await client.chat.completions
    .create({ ...body, stream: true })
    .withResponse();
  let finish: string | null = null;
  for await (const chunk of data) {
    finish = chunk.choices[0]?.finish_reason ?? finish;
  }
  if (finish === null) throw new Error('The stream had no end');
  return String(response.headers.get('x-request-id'));
}

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
      const client = new OpenAI({
        apiKey,
        baseURL,
        maxRetries: 0, // a call that fails shall be seen
        fetchOptions: { dispatcher: agent },
        // the test runner forbids the global fetch; this one is the same code
        fetch: undiciFetch as typeof globalThis.fetch & typeof undiciFetch,
      });
      return this.#callOn(client, index);
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
        this.answered.push(await callOnce(client, call % 2 === 0));
      } catch (error) {
        this.failures.push(explain(error));
      }
      await new Promise(done => setTimeout(done, PAUSE_MS));
    }
  }
}
