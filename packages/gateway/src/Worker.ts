import cluster, { Worker as ClusterWorker } from 'node:cluster';
import { once } from 'node:events';
import type {
  SupervisorMessage,
  WorkerMessage,
  WorkerPlace,
} from '@sovereign-ai-mesh/plugin-ai-mesh-gateway-backend';

/** How a process ended. */
export interface WorkerEnd {
  /** Whether somebody asked for it. */
  wasAsked: boolean;
  /** Whether it said that nothing is left in its folder. */
  leftNothing: boolean;
  /** For people: `signal SIGKILL`, `code 1`. */
  how: string;
}

/** One process of the gateway, as its supervisor sees it. */
export class Worker {
  readonly place: WorkerPlace;
  readonly startedAtMs = Date.now();
  /** Resolves when it takes calls: `false` when it ended before. */
  readonly serving: Promise<boolean>;
  readonly ended: Promise<WorkerEnd>;
  readonly #child: ClusterWorker;
  #isServing = false;
  #wasAsked = false;
  #leftNothing = false;

  /**
   * Starts a process of this program.
   *
   * @param options.folder - its data directory
   * @param options.onMessage - called for what this class does not deal with itself
   */
  constructor(options: {
    place: WorkerPlace;
    folder: string;
    onMessage: (message: WorkerMessage, worker: Worker) => void;
  }) {
    this.place = options.place;
    this.#child = cluster.fork({
      AI_MESH_GATEWAY_WORKER: JSON.stringify(options.place),
      // as Backstage reads configuration from the environment; it outweighs the files
      APP_CONFIG_aiMeshGateway_dataDirectory: JSON.stringify(options.folder),
      ...(options.place.role === 'deliver' && {
        APP_CONFIG_aiMeshGateway_listen_host: '"127.0.0.1"',
        APP_CONFIG_aiMeshGateway_listen_port: '0',
      }),
    });
    this.serving = new Promise(resolve => {
      this.#child.once('exit', () => resolve(false));
      this.#child.on('message', (value: unknown) => {
        const message = toWorkerMessage(value);
        if (message?.aiMesh === 'serving') {
          this.#isServing = true;
          resolve(true);
        } else if (message?.aiMesh === 'drained') {
          this.#leftNothing =
            message.undeliveredRecords === 0 && message.leases === 0;
        } else if (message) options.onMessage(message, this);
      });
    });
    this.ended = once(this.#child, 'exit').then(([code, signal]) => {
      this.#isServing = false;
      return {
        wasAsked: this.#wasAsked,
        leftNothing: this.#leftNothing,
        how: signal ? `signal ${signal}` : `code ${code}`,
      };
    });
  }

  get pid(): number | undefined {
    return this.#child.process.pid;
  }

  /** Whether it took calls the last time it said anything. */
  get isServing(): boolean {
    return this.#isServing;
  }

  /** Asks it to end its calls and go; again at will. */
  stop(): void {
    this.#wasAsked = true;
    this.#child.process.kill('SIGTERM');
  }

  tell(message: SupervisorMessage): void {
    if (this.#child.isConnected()) this.#child.send(message, () => {});
  }
}

/** What else comes over the channel, from libraries or tests, is not for us. */
function toWorkerMessage(value: unknown): WorkerMessage | undefined {
  const isOurs =
    typeof value === 'object' && value !== null && 'aiMesh' in value;
  return isOurs ? (value as WorkerMessage) : undefined; // sent by our own program, as this type
}
