import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { readDemoConfig } from '../../demo/readDemoConfig';
import { DemoTraffic } from './DemoTraffic';

/** Where the gateway listens when the configuration does not say. */
const DEFAULT_GATEWAY_PORT = 4000;

/** Keeps the demo's pages alive with a light stream of calls, until the backend stops. */
export const demoTrafficModule = createBackendModule({
  pluginId: 'ai-mesh',
  moduleId: 'demo-traffic',
  register(reg) {
    reg.registerInit({
      deps: {
        config: coreServices.rootConfig,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
      },
      async init({ config, lifecycle, logger }) {
        const demo = readDemoConfig(config);
        if (!demo?.traffic) return;
        const port =
          config.getOptionalNumber('aiMeshGateway.listen.port') ??
          DEFAULT_GATEWAY_PORT;
        const traffic = new DemoTraffic({
          baseUrl: `http://127.0.0.1:${port}/v1`,
          key: demo.key,
          logger,
        });
        lifecycle.addStartupHook(() => traffic.start());
        lifecycle.addShutdownHook(() => traffic.stop());
      },
    });
  },
});
