import { ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

/** A message as it was consumed. */
export interface Consumed {
  partition: number;
  offset: number;
  key: string;
  payload: string;
  /** Name, value, name, value … */
  headers?: string[];
}

/** Whether `kcat` is there, which brings librdkafka and its broker for tests. */
export const HAS_KCAT = spawnSync('kcat', ['-V']).status === 0;

/**
 * A broker that speaks Kafka's protocol, of another make than the client: librdkafka's, within a consumer that
 * prints what is published.
 */
export class KafkaPeer {
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;
  readonly #consumed: AsyncIterator<string>;

  constructor(topic: string) {
    this.#process = spawn(
      'kcat',
      ['-C', '-J', '-u', '-t', topic, '-o', 'beginning', '-d', 'mock'].concat(
        ['-b', 'replaced.invalid:1', '-X', 'test.mock.num.brokers=1'], // the broker's own address comes instead
      ),
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const lines = createInterface({ input: this.#process.stdout });
    this.#consumed = lines[Symbol.asyncIterator]();
  }

  /** Waits until the topic is there. @returns the address of the broker */
  async start(): Promise<string> {
    let address: string | undefined;
    for await (const line of createInterface({ input: this.#process.stderr })) {
      address ??= /bootstrap\.servers=([\w.]+:\d+)/.exec(line)?.[1];
      if (address && line.includes('Reached end of topic')) {
        this.#process.stderr.resume(); // what nobody reads would stop it
        return address;
      }
    }
    throw new Error('kcat ended without a broker');
  }

  /** The next messages that were published. */
  async consume(count: number): Promise<Consumed[]> {
    const messages: Consumed[] = [];
    while (messages.length < count) {
      const { value, done } = await this.#consumed.next();
      if (done) throw new Error('kcat ended');
      messages.push(JSON.parse(value));
    }
    return messages;
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}
