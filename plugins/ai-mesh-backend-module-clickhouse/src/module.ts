import { createClient } from '@clickhouse/client';
import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { meshUsageSinkExtensionPoint } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { ClickHouseSink } from './ClickHouseSink';
import { readClickHouseConfig } from './readClickHouseConfig';

/**
 * Adds ClickHouse as a usage sink.
 *
 * @public
 */
export const aiMeshClickHouseModule = createBackendModule({
  pluginId: 'ai-mesh',
  moduleId: 'clickhouse',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        sinks: meshUsageSinkExtensionPoint,
      },
      async init({ config, lifecycle, logger, sinks }) {
        const settings = readClickHouseConfig(config);
        const client = createClient({
          url: settings.url,
          username: settings.username,
          password: settings.password,
          database: settings.database,
          application: 'sovereign-ai-mesh',
          compression: { request: true },
        });
        const sink = new ClickHouseSink({ ...settings, client });
        sinks.addSink(sink);
        lifecycle.addStartupHook(async () => {
          // the portal starts without ClickHouse, too: the first delivery tries again
          await sink.prepare().catch(error => {
            logger.warn('ClickHouse cannot be prepared yet', error);
          });
        });
        lifecycle.addShutdownHook(() => client.close());
      },
    });
  },
});
