// The control plane alone, with the example company as its catalog. Started by startPortal.
import { createBackend } from '@backstage/backend-defaults';
import { createBackendModule } from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { meshSeedingExtensionPoint } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { reportReady } from './childProcess';
import { APPLICATION_REF, exampleCompany, MODEL_NAMES } from './exampleCompany';
import { PortalProcessSettings } from './startPortal';

const settings: PortalProcessSettings = JSON.parse(
  process.env.HARNESS_SETTINGS ?? '',
);

const seed = createBackendModule({
  pluginId: 'ai-mesh',
  moduleId: 'harness-seed',
  register(registration) {
    registration.registerInit({
      deps: { seeding: meshSeedingExtensionPoint },
      async init({ seeding }) {
        seeding.addSeed({
          id: 'harness',
          async run(context) {
            for (const [departmentRef, limitUsd] of Object.entries(
              settings.budgetsUsd,
            )) {
              await context.setBudget({ departmentRef, limitUsd });
            }
            for (const [index, secret] of settings.keySecrets.entries()) {
              await context.issueKey({
                name: index === 0 ? 'harness' : `harness ${index + 1}`,
                applicationRef: APPLICATION_REF,
                models: MODEL_NAMES,
                expiresInDays: 30,
                issuedBy: 'user:default/harness',
                secret,
              });
            }
          },
        });
      },
    });
  },
});

async function main() {
  const backend = createBackend();
  backend.add(mockServices.rootConfig.factory({ data: settings.config }));
  backend.add(catalogServiceMock.factory({ entities: exampleCompany() }));
  backend.add(import('@sovereign-ai-mesh/plugin-ai-mesh-backend'));
  backend.add(seed);
  await backend.start();
  reportReady({});
}

main().catch(error => {
  process.stderr.write(`${error?.stack ?? error}\n`);
  process.exit(1);
});
