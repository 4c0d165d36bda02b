import {
  ModelSimulator,
  startModelSimulator,
} from '@sovereign-ai-mesh/model-simulator';
import { Knex } from 'knex';
import { request } from 'undici';
import { createDatabase, HarnessDatabase } from '../harness/database';
import { DEPARTMENT_REF, ROOT_REF } from '../harness/exampleCompany';
import { freePort } from '../harness/freePort';
import { Gateway, startGateway } from '../harness/startGateway';
import { Addresses, Portal, startPortal } from '../harness/startPortal';
import { Load } from './Load';

const BUDGETS_USD = { [ROOT_REF]: '1000', [DEPARTMENT_REF]: '1000' };

interface Settings {
  database: HarnessDatabase;
  addresses: Addresses;
  gatewayPort: number;
  metricsPort: number;
}

function startSupervisor(
  simulator: ModelSimulator,
  settings: Settings,
  count: number,
  dataDirectory?: string,
): Promise<Gateway> {
  // the gateway's process inherits both
  process.env.AI_MESH_GATEWAY_PROCESSES = String(count);
  process.env.APP_CONFIG_aiMeshGateway_metrics_listen_port = String(
    settings.metricsPort,
  );
  return startGateway({
    ...settings,
    upstreamUrl: simulator.url,
    dataDirectory,
  });
}

/** A gateway of several processes with all that it needs, and a load of real clients. */
export class GatewayProcesses {
  readonly simulator: ModelSimulator;
  portal: Portal;
  gateway: Gateway;
  readonly ledger: Knex;
  readonly #settings: Settings;

  static async start(count: number): Promise<GatewayProcesses> {
    const simulator = await startModelSimulator({
      port: 0,
      models: 'any',
      firstTokenMs: 150, // a calm load: new processes need the machine to start
    });
    const settings = {
      database: await createDatabase('SQLITE_3'),
      addresses: {
        portalPort: await freePort(),
        gatewayBackendPort: await freePort(),
      },
      gatewayPort: await freePort(),
      metricsPort: await freePort(),
    };
    const portal = await startPortal({ ...settings, budgetsUsd: BUDGETS_USD });
    const gateway = await startSupervisor(simulator, settings, count);
    const started = new GatewayProcesses(simulator, portal, gateway, settings);
    await started.untilReported(line => line.endsWith('is ready'), count);
    return started;
  }

  private constructor(
    simulator: ModelSimulator,
    portal: Portal,
    gateway: Gateway,
    settings: Settings,
  ) {
    this.simulator = simulator;
    this.portal = portal;
    this.gateway = gateway;
    this.ledger = settings.database.connect();
    this.#settings = settings;
  }

  /** Starts both planes again, on what they left; the old ones must have ended. */
  async startAgain(count: number): Promise<void> {
    this.portal = await startPortal({
      ...this.#settings,
      budgetsUsd: BUDGETS_USD,
      keySecret: this.portal.keySecret,
    });
    this.gateway = await startSupervisor(
      this.simulator,
      this.#settings,
      count,
      this.gateway.dataDirectory,
    );
  }

  /** What Prometheus reads. */
  async metrics(): Promise<string> {
    const { body } = await request(
      `http://127.0.0.1:${this.#settings.metricsPort}/metrics`,
    );
    return body.text();
  }

  /** Sends a signal to the supervisor. */
  signal(signal: 'SIGHUP' | 'SIGTERM'): void {
    const { pid } = this.gateway.process;
    if (pid === undefined) throw new Error('The gateway does not run');
    process.kill(pid, signal);
  }

  /** What the supervisor has said. */
  reports(): string[] {
    return this.gateway.process.output
      .split('\n')
      .filter(line => line.includes('gateway-supervisor'))
      .map(line => String(JSON.parse(line).message));
  }

  /** The ids of the processes that take calls, by slot. */
  serving(): Map<number, number> {
    const serving = new Map<number, number>();
    for (const line of this.reports()) {
      const [, slot, pid, what] =
        /^Process (\d+) \(pid (\d+), to (?:serve|relieve)\) (is ready|ended)/.exec(
          line,
        ) ?? [];
      if (what === 'is ready') serving.set(Number(slot), Number(pid));
      else if (serving.get(Number(slot)) === Number(pid)) {
        serving.delete(Number(slot));
      }
    }
    return serving;
  }

  /** Waits until the supervisor has said something `count` times, for at most five minutes. */
  async untilReported(
    matches: (line: string) => boolean,
    count = 1,
  ): Promise<void> {
    const deadline = Date.now() + 300_000;
    while (this.reports().filter(matches).length < count) {
      if (Date.now() > deadline) {
        throw new Error(`Not reported:\n${this.gateway.process.output}`);
      }
      await new Promise(done => setTimeout(done, 50));
    }
  }

  /** Calls again and again, each client on one connection, until stopped. */
  load(clients: number): Load {
    return new Load(this.gateway.url, this.portal.keySecret, clients);
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    await this.portal.stop();
    await this.ledger.destroy();
    await this.simulator.close();
    await this.gateway.remove();
    await this.#settings.database.remove();
  }
}
