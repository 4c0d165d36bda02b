import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { meshSeedingExtensionPoint } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { readDemoConfig } from '../../demo/readDemoConfig';
import { createDemoGpuSeed } from './createDemoGpuSeed';
import { createDemoSeed } from './createDemoSeed';

/** Fills a new database with the example company. Without `aiMeshDemo` it does nothing. */
export const demoCompanyModule = createBackendModule({
  pluginId: 'ai-mesh',
  moduleId: 'demo-company',
  register(reg) {
    reg.registerInit({
      deps: {
        config: coreServices.rootConfig,
        seeding: meshSeedingExtensionPoint,
      },
      async init({ config, seeding }) {
        const demo = readDemoConfig(config);
        if (!demo) return;
        seeding.addSeed(
          createDemoSeed({ demoKey: demo.key, now: () => new Date() }),
        );
        seeding.addSeed(createDemoGpuSeed({ now: () => new Date() }));
      },
    });
  },
});
