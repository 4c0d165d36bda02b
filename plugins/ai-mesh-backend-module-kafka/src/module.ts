import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { meshUsageSinkExtensionPoint } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { createKafkaProducer } from './createKafkaProducer';
import { KafkaSink } from './KafkaSink';
import { readKafkaConfig } from './readKafkaConfig';

/**
 * Adds Kafka as a usage sink.
 *
 * @public
 */
export const aiMeshKafkaModule = createBackendModule({
  pluginId: 'ai-mesh',
  moduleId: 'kafka',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        lifecycle: coreServices.lifecycle,
        sinks: meshUsageSinkExtensionPoint,
      },
      async init({ config, lifecycle, sinks }) {
        const settings = readKafkaConfig(config);
        const connect = () => createKafkaProducer(settings);
        const sink = new KafkaSink({ ...settings, connect });
        sinks.addSink(sink);
        lifecycle.addShutdownHook(() => sink.close());
      },
    });
  },
});
