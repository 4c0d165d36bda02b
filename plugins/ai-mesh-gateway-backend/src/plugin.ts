import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { readGatewayConfig } from './config';
import { createGateway } from './createGateway';
import { createStatusRouter } from './createStatusRouter';
import { HttpControlPlane } from './link/HttpControlPlane';

/** The inference gateway as a Backstage plugin, with its own listener. @public */
export const meshGatewayPlugin = createBackendPlugin({
  pluginId: 'ai-mesh-gateway',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        discovery: coreServices.discovery,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
        rootLifecycle: coreServices.rootLifecycle,
      },
      async init({ auth, config, discovery, httpAuth, httpRouter, ...deps }) {
        const { logger, rootLifecycle } = deps;
        const controlPlane = new HttpControlPlane({
          getBaseUrl: () => discovery.getBaseUrl('ai-mesh'),
          getToken: async () => {
            const { token } = await auth.getPluginRequestToken({
              onBehalfOf: await auth.getOwnServiceCredentials(),
              targetPluginId: 'ai-mesh',
            });
            return token;
          },
        });
        const gateway = createGateway({
          ...readGatewayConfig(config),
          controlPlane,
          logger,
          logCalls: process.env.LOG_LEVEL === 'debug',
        });
        httpRouter.use(createStatusRouter({ gateway, httpAuth }));
        // before the others stop: a control plane in the same process still takes usage and leases back
        rootLifecycle.addBeforeShutdownHook(async () => {
          await gateway.close();
          await controlPlane.close();
        });
        const { url } = await gateway.listen();
        logger.info(`The gateway listens on ${url}`);
      },
    });
  },
});
