import {
  HttpAuthService,
  HttpRouterService,
} from '@backstage/backend-plugin-api';
import { MetricsService } from '@backstage/backend-plugin-api/alpha';
import { Config } from '@backstage/config';
import { Logger } from '../Logger';
import { ProcessGroup } from '../processes/ProcessGroup';
import { createMetricsRouter } from './createMetricsRouter';
import { GatewayMetrics } from './GatewayMetrics';
import { readMetricsConfig } from './metricsConfig';
import { MetricsServer } from './MetricsServer';
import { mergePrometheusTexts } from './prometheusText';

/**
 * Makes metrics readable in all three ways: OpenTelemetry, the plugin's own route, and, where configured, a
 * port of its own. Never on the port of the callers.
 *
 * @returns ends the listening
 */
export async function serveMetrics(options: {
  metrics: GatewayMetrics;
  service: MetricsService;
  config: Config;
  httpAuth: HttpAuthService;
  httpRouter: HttpRouterService;
  logger: Logger;
  /** Any process of a group answers for all of them: who asks cannot choose one behind a shared port. */
  group: ProcessGroup | undefined;
}): Promise<() => void> {
  const { metrics, group, logger, httpAuth } = options;
  const read = async () => {
    const others = (await group?.gatherMetrics()) ?? [];
    const own = metrics.prometheusText();
    return others.length === 0 ? own : mergePrometheusTexts([own, ...others]);
  };
  group?.shareMetrics(() => metrics.prometheusText());
  metrics.publishTo(options.service);
  options.httpRouter.use(createMetricsRouter({ httpAuth, read }));
  const { listen } = readMetricsConfig(options.config);
  if (!listen) return () => {};
  const server = new MetricsServer({ read, logger });
  const port = await server.listen(listen);
  logger.info(`Metrics are on http://${listen.host}:${port}/metrics`);
  return () => server.close();
}
