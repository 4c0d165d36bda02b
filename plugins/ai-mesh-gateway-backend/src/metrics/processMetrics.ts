import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Metric } from './Metric';

const LAG_RESOLUTION_MS = 20;

/** What Prometheus users expect of every Node process, under the usual names. */
export function createProcessMetrics(): Metric[] {
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();
  const startedAtSeconds = Date.now() / 1000 - process.uptime();
  return [
    metric({
      name: 'process_cpu',
      kind: 'counter',
      unit: 's',
      description: 'CPU time of the process, user and system.',
      value: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
    }),
    metric({
      name: 'process_resident_memory',
      kind: 'gauge',
      unit: 'By',
      description: 'Memory of the process that is in RAM.',
      value: () => process.memoryUsage.rss(),
    }),
    metric({
      name: 'process_start_time',
      kind: 'gauge',
      unit: 's',
      description: 'When the process started, in seconds since 1970.',
      value: () => startedAtSeconds,
    }),
    metric({
      name: 'nodejs_eventloop_lag_p99',
      kind: 'gauge',
      unit: 's',
      description:
        'How late timers are, 99th percentile since the last time this was read.',
      value: () => {
        const seconds = Math.max(
          0,
          lag.percentile(99) / 1e9 - LAG_RESOLUTION_MS / 1000,
        );
        lag.reset();
        return seconds;
      },
    }),
  ];
}

function metric(
  options: Omit<Metric, 'labels' | 'read'> & { value: () => number },
): Metric {
  const { value, ...rest } = options;
  return { ...rest, labels: [], read: () => [{ values: [], value: value() }] };
}
