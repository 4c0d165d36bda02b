import {
  coreServices,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { JsonObject } from '@backstage/types';
import {
  MeshSeed,
  meshSeedingExtensionPoint,
  meshUsageSinkExtensionPoint,
  UsageSink,
} from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import aiMeshPlugin from '..';
import { COMPANY, COMPANY_CONFIG, model } from './company';
import { fakePermissions } from './fakePermissions';

export const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
export const ALL: Record<string, PolicyDecision> = {
  'ai-mesh.model.read': ALLOW,
  'ai-mesh.department.read': ALLOW,
  'ai-mesh.key.read': ALLOW,
  'ai-mesh.key.issue': ALLOW,
  'ai-mesh.key.revoke': ALLOW,
};
/** The credentials of a gateway. */
export const GATEWAY = mockCredentials.service.header({
  onBehalfOf: mockCredentials.service('plugin:ai-mesh-gateway'),
  targetPluginId: 'ai-mesh',
});

interface TestBackendOptions {
  permissions?: Record<string, PolicyDecision>;
  seeds?: MeshSeed[];
  sinks?: UsageSink[];
  config?: JsonObject;
}

/** The whole plugin over a company in memory. */
export async function startControlPlane(options: TestBackendOptions = {}) {
  // read at each request, so that a test can act as several people
  const decisions = { ...(options.permissions ?? ALL) };
  const auditEvents: unknown[] = [];
  const auditor = mockServices.auditor.mock({
    createEvent: async ({ request: _request, ...event }) => ({
      success: async end => {
        auditEvents.push({ ...event, status: 'success', end });
      },
      fail: async end => {
        auditEvents.push({ ...event, status: 'fail', end: String(end.error) });
      },
    }),
  });
  const { server } = await startTestBackend({
    features: [
      aiMeshPlugin,
      catalogServiceMock.factory({
        entities: [
          ...COMPANY,
          model('broken', { provider: 'azure', contextTokens: 'many' }),
        ],
      }),
      mockServices.rootConfig.factory({
        data: options.config ?? COMPANY_CONFIG,
      }),
      auditor.factory,
      createServiceFactory({
        service: coreServices.permissions,
        deps: {},
        factory: () => fakePermissions(decisions),
      }),
      createBackendModule({
        pluginId: 'ai-mesh',
        moduleId: 'test-seeds',
        register(env) {
          env.registerInit({
            deps: {
              seeding: meshSeedingExtensionPoint,
              sinkPoint: meshUsageSinkExtensionPoint,
            },
            async init({ seeding, sinkPoint }) {
              for (const seed of options.seeds ?? []) seeding.addSeed(seed);
              for (const sink of options.sinks ?? []) sinkPoint.addSink(sink);
            },
          });
        },
      }),
    ],
  });
  return { server, auditEvents, decisions };
}
