import { ReplicaStatus } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { describeError, Logger } from '../Logger';
import { ControlPlane } from './ControlPlane';

const INTERVAL_MS = 5_000;
const TIMEOUT_MS = 3_000;

/** Tells the control plane every few seconds how this replica does, and hears how many there are. */
export class StatusReport {
  readonly #controlPlane: ControlPlane;
  readonly #logger: Logger;
  #replicaCount = 1;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { controlPlane: ControlPlane; logger: Logger }) {
    this.#controlPlane = options.controlPlane;
    this.#logger = options.logger;
  }

  /** Replicas that are alive, as last heard; this one before that. */
  get replicaCount(): number {
    return this.#replicaCount;
  }

  /** @param read - says how this replica does */
  start(read: () => ReplicaStatus): void {
    const report = () => {
      this.#send(read()).catch(error =>
        // the snapshot's and the usage's exchanges say aloud that the control plane is away
        this.#logger.debug(`No status was sent: ${describeError(error)}`),
      );
    };
    report();
    this.#timer = setInterval(report, INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #send(status: ReplicaStatus): Promise<void> {
    const { aliveReplicas } = await this.#controlPlane.sendStatus(status, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    this.#replicaCount = aliveReplicas;
  }
}
