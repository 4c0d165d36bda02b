import { createBackendPlugin } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import {
  meshUsageSinkExtensionPoint,
  UsageSink,
} from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import aiMeshKafkaModule from '.';
import { readKafkaConfig } from './readKafkaConfig';

/** A plugin `ai-mesh` that only takes sinks, with the module in it. */
async function startModule(kafka: JsonObject): Promise<UsageSink[]> {
  const sinks: UsageSink[] = [];
  await startTestBackend({
    features: [
      createBackendPlugin({
        pluginId: 'ai-mesh',
        register(env) {
          env.registerExtensionPoint(meshUsageSinkExtensionPoint, {
            addSink: sink => {
              sinks.push(sink);
            },
          });
          env.registerInit({ deps: {}, async init() {} });
        },
      }),
      aiMeshKafkaModule,
      mockServices.rootConfig.factory({ data: { aiMesh: { kafka } } }),
    ],
  });
  return sinks;
}

function read(kafka: JsonObject) {
  return readKafkaConfig(
    mockServices.rootConfig({ data: { aiMesh: { kafka } } }),
  );
}

describe('the Kafka module', () => {
  it('adds a sink, and starts without any broker', async () => {
    const sinks = await startModule({ brokers: ['127.0.0.1:1'] });
    expect(sinks.map(each => each.id)).toEqual(['kafka']);
  });

  it('reads its settings', () => {
    expect(read({ brokers: ['kafka-1.example.com:9093'], tls: true })).toEqual({
      brokers: ['kafka-1.example.com:9093'],
      topic: 'ai-mesh.usage',
      clientId: 'sovereign-ai-mesh',
      source: 'sovereign-ai-mesh',
      tls: {},
    });
    const sasl = {
      mechanism: 'SCRAM-SHA-512',
      username: 'mesh',
      password: 'a secret',
    };
    expect(read({ brokers: ['b:1'], tls: false, sasl })).toMatchObject({
      tls: undefined,
      sasl,
    });
  });

  it.each([
    [{}, /aiMesh.kafka.brokers: expected a list of host:port/],
    [{ brokers: [] }, /aiMesh.kafka.brokers: expected at least one/],
    [
      { brokers: ['https://b:1'] },
      /aiMesh.kafka.brokers.0: expected host:port, without a scheme/,
    ],
    [
      { brokers: ['b:1'], topic: 'a b' },
      /aiMesh.kafka.topic: expected letters/,
    ],
    [
      { brokers: ['b:1'], tls: { ca: '/etc/ca.pem' } },
      /aiMesh.kafka.tls.ca: expected a text in PEM, not the name of a file/,
    ],
    [
      {
        brokers: ['b:1'],
        sasl: { mechanism: 'MD5', username: 'a', password: 'a secret' },
      },
      /aiMesh.kafka.sasl.mechanism: (?!.*a secret)/,
    ],
  ])('refuses %j', (settings, message) => {
    expect(() => read(settings)).toThrow(message);
  });
});
