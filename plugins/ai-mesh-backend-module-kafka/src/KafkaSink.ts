import { SinkLine, UsageSink } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { EventMessage, EventProducer } from './EventProducer';
import { toCloudEvent } from './toCloudEvent';

/** A broker takes 1 MiB at once and partition unless told otherwise; the rest is for what goes around the text. */
const LARGEST_SEND_BYTES = 512 * 1024;

/** Publishes each line as an event; the lines of a department are in one partition, in the order of booking. */
export class KafkaSink implements UsageSink {
  readonly id = 'kafka';
  readonly #connect: () => EventProducer;
  readonly #source: string;
  #producer?: EventProducer;

  /** @param options - `connect`: makes a producer; called again after each failure */
  constructor(options: { connect: () => EventProducer; source: string }) {
    this.#connect = options.connect;
    this.#source = options.source;
  }

  async write(
    lines: readonly SinkLine[],
    { signal }: { signal: AbortSignal },
  ): Promise<void> {
    let portion: EventMessage[] = [];
    let bytes = 0;
    for (const line of lines) {
      const message = toCloudEvent(line, { source: this.#source });
      const size = Buffer.byteLength(message.value);
      if (portion.length > 0 && bytes + size > LARGEST_SEND_BYTES) {
        await this.#send(portion, signal);
        portion = [];
        bytes = 0;
      }
      portion.push(message);
      bytes += size;
    }
    if (portion.length > 0) await this.#send(portion, signal);
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    await this.#producer?.close();
    this.#producer = undefined;
  }

  /** One portion after the other: at the same time, they could overtake each other. */
  async #send(
    portion: readonly EventMessage[],
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    this.#producer ??= this.#connect();
    const producer = this.#producer;
    const abandon = () => this.#abandon(producer);
    signal.addEventListener('abort', abandon, { once: true });
    try {
      await producer.send(portion);
    } catch (error) {
      abandon();
      throw error;
    } finally {
      signal.removeEventListener('abort', abandon);
    }
  }

  /** A client that waits for a broker that accepted and fell silent would wait for ever, and every call behind it. */
  #abandon(producer: EventProducer): void {
    if (this.#producer === producer) this.#producer = undefined;
    producer.close().catch(() => undefined); // nothing is left to be done with it
  }
}
