import { Config } from '@backstage/config';

/** Where metrics are to be read without a token. */
export interface MetricsConfig {
  listen: { host: string; port: number } | undefined;
}

/** Reads `aiMeshGateway.metrics`. */
export function readMetricsConfig(root: Config): MetricsConfig {
  const listen = root.getOptionalConfig('aiMeshGateway.metrics.listen');
  return {
    listen: listen && {
      host: listen.getOptionalString('host') ?? 'localhost',
      port: listen.getNumber('port'),
    },
  };
}
