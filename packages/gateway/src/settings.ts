import os from 'node:os';
import path from 'node:path';
import { Config } from '@backstage/config';

/** How the gateway's processes are run. */
export interface GatewaySettings {
  /** How many take calls. */
  processes: number;
  /** Of the whole gateway: each process has a part of it. */
  dataDirectory: string;
  /** Whether tokens are signed with keys that every process has. */
  sharesTokenKeys: boolean;
}

/**
 * Reads what the supervisor needs of the configuration.
 *
 * Processes: `AI_MESH_GATEWAY_PROCESSES`, else `aiMeshGateway.processes`, else one a core in production and a
 * single one elsewhere.
 *
 * @throws Error that names the setting
 */
export function readSettings(
  config: Config,
  environment: NodeJS.ProcessEnv,
): GatewaySettings {
  return {
    processes: readProcesses(config, environment),
    dataDirectory: path.resolve(
      config.getOptionalString('aiMeshGateway.dataDirectory') ??
        path.join(os.tmpdir(), 'ai-mesh-gateway'),
    ),
    sharesTokenKeys:
      config.getOptionalString('backend.auth.pluginKeyStore.type') ===
        'static' || !isInMemory(config),
  };
}

function readProcesses(config: Config, environment: NodeJS.ProcessEnv): number {
  const text = environment.AI_MESH_GATEWAY_PROCESSES;
  const isProduction = environment.NODE_ENV === 'production';
  const processes =
    text !== undefined
      ? Number(text)
      : config.getOptionalNumber('aiMeshGateway.processes') ??
        (isProduction ? os.availableParallelism() : 1);
  if (!Number.isSafeInteger(processes) || processes < 1) {
    throw new Error(
      'Cannot use AI_MESH_GATEWAY_PROCESSES or aiMeshGateway.processes: ' +
        `expected a whole number above zero, current value is "${
          text ?? processes
        }"`,
    );
  }
  return processes;
}

function isInMemory(config: Config): boolean {
  const client = config.getOptionalString('backend.database.client');
  const connection = config.getOptional('backend.database.connection');
  return client === 'better-sqlite3' && connection === ':memory:';
}
