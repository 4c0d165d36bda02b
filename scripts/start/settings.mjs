import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigSources } from '@backstage/config-loader';

/** The repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where the demo keeps its data, absolute. */
export function dataFolder() {
  return resolve(root, process.env.AI_MESH_DATA_DIRECTORY || '.data');
}

/**
 * Reads what the start needs to know, the way Backstage itself reads it.
 *
 * @param extraFiles - configuration files after app-config.yaml, relative to the working directory
 */
export async function readSettings(extraFiles) {
  const configFiles = [
    ...['app-config.yaml', 'app-config.local.yaml']
      .map(name => join(root, name))
      .filter(file => existsSync(file)),
    ...extraFiles.map(file => resolve(process.env.INIT_CWD ?? '.', file)),
  ];
  const config = await ConfigSources.toConfig(
    ConfigSources.default({
      argv: configFiles.flatMap(file => ['--config', file]),
      rootDir: root,
    }),
  );
  const settings = readFrom(config, configFiles);
  config.close();
  return settings;
}

function readFrom(config, configFiles) {
  const portalUrl = config.getString('app.baseUrl');
  const backendUrl = config.getString('backend.baseUrl');
  const demo = config.getOptionalConfig('aiMeshDemo');
  return {
    configFiles,
    portalUrl,
    backendUrl,
    gatewayUrl:
      config.getOptionalString('aiMesh.gateway.baseUrl') ??
      'http://localhost:4000/v1',
    demoKey: demo?.getString('key'),
    people: demo?.getConfigArray('people').map(person => ({
      name: person.getString('name'),
      role: person.getString('role'),
      department: person.getString('department'),
    })),
    ports: {
      portal: { port: portOf(portalUrl), variable: 'AI_MESH_PORTAL_PORT' },
      backend: { port: portOf(backendUrl), variable: 'AI_MESH_BACKEND_PORT' },
      gateway: {
        port: config.getOptionalNumber('aiMeshGateway.listen.port') ?? 4000,
        variable: 'AI_MESH_GATEWAY_PORT',
      },
      simulator: {
        port: Number(process.env.AI_MESH_SIMULATOR_PORT || 4010),
        variable: 'AI_MESH_SIMULATOR_PORT',
      },
    },
  };
}

function portOf(url) {
  return Number(new URL(url).port);
}
