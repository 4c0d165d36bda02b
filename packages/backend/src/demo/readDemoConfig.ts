import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { parseKey } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** The demo's part of the configuration. */
export interface DemoConfig {
  /** The one gateway key whose secret is public. */
  key: string;
  /** Whether background calls are made. */
  traffic: boolean;
  /** Who may sign in without a password. */
  people: DemoPerson[];
}

/** A user of the example company. */
export interface DemoPerson {
  /** Name of the catalog user, in the namespace `default`; lower case. */
  id: string;
  name: string;
}

/**
 * Reads `aiMeshDemo`.
 *
 * @returns undefined when there is no demo
 * @throws InputError when there is one outside development, or its key is malformed: the start fails,
 *   rather than leave a portal open that anybody may enter
 */
export function readDemoConfig(
  config: RootConfigService,
): DemoConfig | undefined {
  const demo = config.getOptionalConfig('aiMeshDemo');
  if (!demo) return undefined;

  const environment = config.getOptionalString('auth.environment');
  if (environment !== 'development') {
    throw new InputError(
      `Cannot start the demo: it signs people in without a password, and auth.environment is ` +
        `"${environment ?? 'not set'}" instead of "development". ` +
        `Remove aiMeshDemo from the configuration to start without the demo`,
    );
  }
  const key = demo.getString('key');
  if (!parseKey(key)) {
    throw new InputError('Cannot start the demo: aiMeshDemo.key is malformed');
  }
  return {
    key,
    traffic: demo.getOptionalBoolean('traffic') ?? true,
    people: demo.getConfigArray('people').map(person => ({
      id: person.getString('id').toLowerCase(),
      name: person.getString('name'),
    })),
  };
}
