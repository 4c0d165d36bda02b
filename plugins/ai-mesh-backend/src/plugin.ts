import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { isResourcePermission } from '@backstage/plugin-permission-common';
import {
  meshPermissions,
  RESOURCE_TYPE_DEPARTMENT,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  departmentResourceRef,
  departmentRules,
  meshPriceSourceExtensionPoint,
  MeshSeed,
  meshSeedingExtensionPoint,
  meshUsageSinkExtensionPoint,
  PriceSource,
  UsageSink,
} from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { readMeshConfig } from './config';
import { createControlPlane } from './createControlPlane';
import { applyMigrations } from './database/applyMigrations';

/**
 * The control plane of Sovereign AI Mesh: owns departments, models, prices, keys, budgets and the ledger.
 *
 * @public
 */
export const aiMeshPlugin = createBackendPlugin({
  pluginId: 'ai-mesh',
  register(env) {
    const seeds: MeshSeed[] = [];
    env.registerExtensionPoint(meshSeedingExtensionPoint, {
      addSeed(seed) {
        if (seeds.some(each => each.id === seed.id)) {
          throw new Error(`There are two seeds with the id "${seed.id}"`);
        }
        seeds.push(seed);
      },
    });

    const priceSources: PriceSource[] = [];
    env.registerExtensionPoint(meshPriceSourceExtensionPoint, {
      addPriceSource(source) {
        if (priceSources.some(each => each.id === source.id)) {
          throw new Error(
            `There are two sources of prices with the id "${source.id}"`,
          );
        }
        priceSources.push(source);
      },
    });

    const sinks: UsageSink[] = [];
    env.registerExtensionPoint(meshUsageSinkExtensionPoint, {
      addSink(sink) {
        if (sinks.some(each => each.id === sink.id)) {
          throw new Error(`There are two usage sinks with the id "${sink.id}"`);
        }
        sinks.push(sink);
      },
    });

    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        scheduler: coreServices.scheduler,
      },
      async init(services) {
        const { httpRouter, permissionsRegistry } = services;
        const config = readMeshConfig(services.config); // before the database is touched
        const database = await services.database.getClient();
        if (!services.database.migrations?.skip) {
          await applyMigrations(database);
        }
        const { departments, routers } = await createControlPlane({
          ...services,
          config,
          database,
          seeds,
          priceSources,
          sinks,
          now: () => new Date(),
        });

        permissionsRegistry.addPermissions(
          meshPermissions.filter(each => !isResourcePermission(each)),
        );
        permissionsRegistry.addResourceType({
          resourceRef: departmentResourceRef,
          permissions: meshPermissions.filter(each =>
            isResourcePermission(each, RESOURCE_TYPE_DEPARTMENT),
          ),
          rules: Object.values(departmentRules),
          getResources: async refs => {
            const tree = await departments.tree();
            return refs.map(ref => tree.find(ref) && tree.toResource(ref));
          },
        });
        for (const router of routers) httpRouter.use(router);
      },
    });
  },
});
