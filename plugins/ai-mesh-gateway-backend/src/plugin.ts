import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { metricsServiceRef } from '@backstage/backend-plugin-api/alpha';
import {
  meshClassifiersExtensionPoint,
  RequestClassifier,
} from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { readGatewayConfig } from './config';
import { createGateway } from './createGateway';
import { createStatusRouter } from './createStatusRouter';
import { HttpControlPlane } from './link/HttpControlPlane';
import { describeError } from './Logger';
import { GatewayMetrics } from './metrics/GatewayMetrics';
import { serveMetrics } from './metrics/serveMetrics';
import { ProcessGroup } from './processes/ProcessGroup';

/** The inference gateway as a Backstage plugin, with its own listener. @public */
export const meshGatewayPlugin = createBackendPlugin({
  pluginId: 'ai-mesh-gateway',
  register(env) {
    const classifiers = new Map<string, RequestClassifier>();
    env.registerExtensionPoint(meshClassifiersExtensionPoint, {
      addClassifier(classifier) {
        if (classifiers.has(classifier.id)) {
          throw new Error(`There are two classifiers "${classifier.id}"`);
        }
        classifiers.set(classifier.id, classifier);
      },
    });
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        discovery: coreServices.discovery,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
        metricsService: metricsServiceRef,
        rootLifecycle: coreServices.rootLifecycle,
      },
      async init({ auth, config, discovery, httpAuth, httpRouter, ...deps }) {
        const { logger, metricsService, rootLifecycle } = deps;
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
        const group = ProcessGroup.join();
        const metrics = new GatewayMetrics({ slot: group?.place.slot });
        const gateway = createGateway({
          ...readGatewayConfig(config),
          controlPlane,
          classifiers,
          logger,
          metrics,
          listenWhenReady: group?.place.role === 'relieve',
          logCalls: process.env.LOG_LEVEL === 'debug',
        });
        httpRouter.use(createStatusRouter({ gateway, httpAuth }));
        const stopMetrics = await serveMetrics({
          metrics,
          service: metricsService,
          config,
          httpAuth,
          httpRouter,
          logger,
          group,
        });
        // before the others stop: a control plane in the same process still takes usage and leases back
        rootLifecycle.addBeforeShutdownHook(async () => {
          await gateway.close();
          await controlPlane.close();
          stopMetrics();
          await group?.drained(gateway.status());
        });
        const listen = async () => {
          const { url } = await gateway.listen();
          logger.info(`The gateway listens on ${url}`);
          group?.serving(() => gateway.status());
        };
        // one that waits for keys and models must not hold up the backend: it could not be stopped meanwhile
        if (group?.place.role !== 'relieve') await listen();
        else
          listen().catch(error => {
            logger.error(describeError(error));
            process.kill(process.pid, 'SIGTERM');
          });
      },
    });
  },
});
