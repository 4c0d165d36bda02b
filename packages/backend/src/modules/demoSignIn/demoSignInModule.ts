import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  authProvidersExtensionPoint,
  createProxyAuthProviderFactory,
} from '@backstage/plugin-auth-node';
import { readDemoConfig } from '../../demo/readDemoConfig';
import { createDemoAuthenticator } from './demoAuthenticator';

/** Signs the demo's people in with one click. Without `aiMeshDemo` it registers nothing. */
export const demoSignInModule = createBackendModule({
  pluginId: 'auth',
  moduleId: 'demo-sign-in',
  register(reg) {
    reg.registerInit({
      deps: {
        config: coreServices.rootConfig,
        providers: authProvidersExtensionPoint,
      },
      async init({ config, providers }) {
        const demo = readDemoConfig(config);
        if (!demo) return;
        providers.registerProvider({
          providerId: 'demo',
          factory: createProxyAuthProviderFactory({
            authenticator: createDemoAuthenticator({ people: demo.people }),
            signInResolver: ({ result }, context) =>
              context.signInWithCatalogUser({
                entityRef: { kind: 'user', name: result.person.id },
              }),
          }),
        });
      },
    });
  },
});
