import { ProduceAcks, Producer, stringSerializers } from '@platformatic/kafka';
import { EventProducer } from './EventProducer';
import { KafkaSettings } from './readKafkaConfig';

/** The portal gives up on a call of a sink after 30 s: what the client does by itself has to fit in there. */
const TIMES = {
  connectTimeout: 5_000,
  requestTimeout: 10_000,
  timeout: 5_000,
  retries: 3,
  retryDelay: 500,
};

/**
 * A producer that publishes idempotently: what the client itself repeats, because an answer was lost, is once in the
 * topic. It connects with the first messages.
 */
export function createKafkaProducer(settings: KafkaSettings): EventProducer {
  const { brokers, topic, clientId, tls, sasl } = settings;
  const producer = new Producer({
    ...TIMES,
    clientId,
    bootstrapBrokers: brokers,
    serializers: stringSerializers,
    idempotent: true,
    // none yet, in the words of the protocol; the client's own default is the producer 0, which may be somebody else's
    producerId: -1n,
    producerEpoch: -1,
    acks: ProduceAcks.ALL,
    autocreateTopics: false,
    ...(tls && { tls, tlsServerName: true }),
    ...(sasl && { sasl }),
  });
  return {
    async send(messages) {
      await producer.send({
        messages: messages.map(message => ({ ...message, topic })),
        acks: ProduceAcks.ALL,
      });
    },
    close: () => producer.close(true),
  };
}
