import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { MeshPolicy } from './MeshPolicy';

/** Puts {@link MeshPolicy} in charge of this portal. */
export const meshPolicyModule = createBackendModule({
  pluginId: 'permission',
  moduleId: 'mesh-policy',
  register(reg) {
    reg.registerInit({
      deps: {
        config: coreServices.rootConfig,
        userInfo: coreServices.userInfo,
        policy: policyExtensionPoint,
      },
      async init({ config, userInfo, policy }) {
        policy.setPolicy(
          new MeshPolicy({
            userInfo,
            platformGroup: config.getOptionalString(
              'aiMeshPortal.platformGroup',
            ),
            managerGroups: config.getOptionalStringArray(
              'aiMeshPortal.managerGroups',
            ),
          }),
        );
      },
    });
  },
});
