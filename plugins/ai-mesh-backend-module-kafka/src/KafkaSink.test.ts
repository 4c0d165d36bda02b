import { sinkLine } from '@sovereign-ai-mesh/plugin-ai-mesh-node/testUtils';
import { EventMessage, EventProducer } from './EventProducer';
import { KafkaSink } from './KafkaSink';

/** A producer that remembers its calls, and fails when it is told to. */
class MemoryProducer implements EventProducer {
  readonly calls: (readonly EventMessage[])[] = [];
  /** The call that fails, counted from 0. */
  failsAt = -1;
  #parallel = 0;

  async send(messages: readonly EventMessage[]): Promise<void> {
    this.#parallel += 1;
    if (this.#parallel > 1) throw new Error('two portions at the same time');
    await Promise.resolve();
    this.#parallel -= 1;
    this.calls.push(messages);
    if (this.calls.length - 1 === this.failsAt) throw new Error('no leader');
  }

  isClosed = false;
  async close(): Promise<void> {
    this.isClosed = true;
  }

  ids(): string[] {
    return this.calls.flat().map(each => JSON.parse(each.value).id);
  }
}

function fail(): never {
  throw new Error('one client too many');
}

describe('KafkaSink', () => {
  const { signal } = new AbortController();
  let producer: MemoryProducer;
  let sink: KafkaSink;

  beforeEach(() => {
    producer = new MemoryProducer();
    sink = new KafkaSink({
      connect: () => producer,
      source: 'https://portal.example.com',
    });
  });

  it('publishes a line as a CloudEvent, under its department', async () => {
    const line = sinkLine();
    await sink.write([line], { signal });
    const [[message]] = producer.calls;
    expect(message.key).toBe('group:default/research');
    expect(message.headers).toEqual({
      'content-type': 'application/cloudevents+json; charset=UTF-8',
    });
    expect(JSON.parse(message.value)).toEqual({
      specversion: '1.0',
      type: 'io.sovereign-ai-mesh.usage.booked.v1',
      source: 'https://portal.example.com',
      id: 'request-1/1/0/0',
      time: '2026-11-22T12:00:00.000Z',
      subject: 'group:default/research',
      partitionkey: 'group:default/research',
      datacontenttype: 'application/json',
      data: line,
    });
  });

  it('sends no more at once than a broker takes, one portion after the other', async () => {
    const lines = Array.from({ length: 3_000 }, (_, index) =>
      sinkLine({ requestId: `request-${index}` }),
    );
    await sink.write(lines, { signal });
    expect(producer.ids()).toEqual(lines.map(each => each.id));
    expect(producer.calls.length).toBeGreaterThan(3);
    for (const call of producer.calls) {
      const bytes = call.map(each => Buffer.byteLength(each.value));
      expect(bytes.reduce((sum, each) => sum + each)).toBeLessThan(524_289);
    }
  });

  it('fails with the first portion that does, and sends all of them again', async () => {
    const lines = Array.from({ length: 3_000 }, (_, index) =>
      sinkLine({ requestId: `request-${index}` }),
    );
    producer.failsAt = 1;
    await expect(sink.write(lines, { signal })).rejects.toThrow('no leader');
    expect(producer.calls).toHaveLength(2);
    await sink.write(lines, { signal });
    const distinct = [...new Set(producer.ids())];
    expect(distinct).toEqual(lines.map(each => each.id));
  });

  it('leaves a client that failed, or that hangs, and takes a new one', async () => {
    const failing = new MemoryProducer();
    failing.failsAt = 0;
    const hanging = new MemoryProducer();
    hanging.send = () => new Promise(() => {});
    const clients = [failing, hanging, producer];
    const patient = new KafkaSink({
      connect: () => clients.shift() ?? fail(),
      source: 'test',
    });
    await expect(patient.write([sinkLine()], { signal })).rejects.toThrow();
    expect(failing.isClosed).toBe(true);

    const stop = new AbortController();
    const hung = patient.write([sinkLine()], { signal: stop.signal });
    expect(hung).toBeInstanceOf(Promise); // nobody waits for it: the portal does not, either
    stop.abort();
    expect(hanging.isClosed).toBe(true);

    await patient.write([sinkLine()], { signal });
    await patient.write([sinkLine()], { signal });
    expect(producer.calls).toHaveLength(2);
    expect(producer.isClosed).toBe(false);
    await patient.close();
    expect(producer.isClosed).toBe(true);
  });

  it('sends nothing more once it should have ended', async () => {
    await expect(
      sink.write([sinkLine()], { signal: AbortSignal.abort() }),
    ).rejects.toThrow();
    expect(producer.calls).toEqual([]);
  });

  it('sends nothing for no lines', async () => {
    await sink.write([], { signal });
    expect(producer.calls).toEqual([]);
  });
});
