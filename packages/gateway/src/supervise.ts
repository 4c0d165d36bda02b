import cluster from 'node:cluster';
import { GatewaySettings } from './settings';
import { Slots } from './Slots';
import { Supervisor } from './Supervisor';

/**
 * Runs the gateway as several processes that share its ports. SIGTERM and SIGINT end it when its calls are
 * over, SIGHUP restarts its processes one by one.
 */
export async function supervise(settings: GatewaySettings): Promise<void> {
  if (settings.processes > 1 && !settings.sharesTokenKeys) {
    throw new Error(
      'Several processes cannot sign tokens with keys that each keeps in its own memory. Set ' +
        'backend.auth.pluginKeyStore to type static (the README shows how), or AI_MESH_GATEWAY_PROCESSES=1.',
    );
  }
  const { dataDirectory, processes } = settings;
  // connections are handed out in turn; a process that drains hands back those that it has not begun
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const supervisor = new Supervisor({
    processes,
    slots: new Slots(dataDirectory, Slots.find(dataDirectory)),
    report,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      report(`${signal}: waiting for the calls that run`);
      supervisor.stop().then(() => process.exit(0), fail);
    });
  }
  process.on('SIGHUP', () => {
    supervisor.restart().catch(error => report(`No restart: ${error}`));
  });
  await supervisor.start();
}

function report(line: string): void {
  const entry = {
    level: 'info',
    service: 'gateway-supervisor',
    message: line,
    timestamp: new Date().toISOString(),
  };
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}

function fail(error: Error): void {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
