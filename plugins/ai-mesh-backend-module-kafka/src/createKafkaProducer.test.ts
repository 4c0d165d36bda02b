import { HAS_KCAT, KafkaPeer } from './__testUtils__/KafkaPeer';
import { sinkLine } from '@sovereign-ai-mesh/plugin-ai-mesh-node/testUtils';
import { createKafkaProducer } from './createKafkaProducer';
import { EventProducer } from './EventProducer';
import { KafkaSink } from './KafkaSink';

const TOPIC = 'ai-mesh.usage';
const SETTINGS = { topic: TOPIC, clientId: 'test', source: 'test' };

jest.setTimeout(30_000);

describe('the producer', () => {
  it('fails where no broker listens, and closes all the same', async () => {
    const producer = createKafkaProducer({
      ...SETTINGS,
      brokers: ['127.0.0.1:9'], // the port of "discard", where nothing is
    });
    const sink = new KafkaSink({ connect: () => producer, source: 'test' });
    const signal = AbortSignal.timeout(20_000);
    await expect(sink.write([sinkLine({})], { signal })).rejects.toThrow();
    await producer.close();
  });

  // `npm test` says aloud when it was not there
  if (HAS_KCAT) {
    describe('with a broker, played by kcat', () => {
      let peer: KafkaPeer;
      let producer: EventProducer;

      beforeAll(async () => {
        peer = new KafkaPeer(TOPIC);
        const brokers = [await peer.start()];
        producer = createKafkaProducer({ ...SETTINGS, brokers });
      });
      afterAll(async () => {
        await producer.close();
        await peer.stop();
      });

      it('publishes events idempotently, those of a department in their order in one partition', async () => {
        const sink = new KafkaSink({ connect: () => producer, source: 'test' });
        const lines = Array.from({ length: 2_000 }, (_, index) =>
          sinkLine({
            requestId: `request-${index}`,
            departmentRef: `group:default/d-${index % 5}`,
          }),
        );
        const { signal } = new AbortController();
        await sink.write(lines.slice(0, 1), { signal });
        await sink.write(lines.slice(1), { signal });

        const messages = await peer.consume(lines.length);
        for (let department = 0; department < 5; department++) {
          const key = `group:default/d-${department}`;
          const own = messages.filter(each => each.key === key);
          expect(new Set(own.map(each => each.partition)).size).toBe(1);
          expect(own.map(each => JSON.parse(each.payload).data)).toEqual(
            lines.filter(each => each.departmentRef === key),
          );
        }
        expect(messages[0].headers).toEqual([
          'content-type',
          'application/cloudevents+json; charset=UTF-8',
        ]);
      });
    });
  }
});
