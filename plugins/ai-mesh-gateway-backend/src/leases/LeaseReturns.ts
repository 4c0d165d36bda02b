import { Journal } from '../journal/Journal';
import { ControlPlane } from '../link/ControlPlane';
import { describeError, Logger } from '../Logger';
import { CountEvent } from '../metrics/GatewayMetrics';
import { Lease } from './Lease';

const TIMEOUT_MS = 5000;
const MAX_RELEASES = 1000;
/** After a release, what comes free for so long goes back together. */
const PAUSE_MS = 400;

/** Hands back the leases of which nothing is held and all usage is delivered. */
export class LeaseReturns {
  readonly #replicaId: string;
  readonly #controlPlane: ControlPlane;
  readonly #journal: Journal;
  readonly #leases: Map<string, Lease>;
  readonly #logger: Logger;
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #onEvent: CountEvent;
  readonly #onReturned: (scopeId: string) => void;
  #releasing: Promise<number> | undefined;
  #isReturning = false;

  constructor(options: {
    replicaId: string;
    controlPlane: ControlPlane;
    journal: Journal;
    /** All leases; those that were handed back are taken out. */
    leases: Map<string, Lease>;
    logger: Logger;
    sleep: (ms: number) => Promise<void>;
    onEvent: CountEvent;
    /** Leases of a scope were handed back. */
    onReturned: (scopeId: string) => void;
  }) {
    this.#replicaId = options.replicaId;
    this.#controlPlane = options.controlPlane;
    this.#journal = options.journal;
    this.#leases = options.leases;
    this.#logger = options.logger;
    this.#sleep = options.sleep;
    this.#onEvent = options.onEvent;
    this.#onReturned = options.onReturned;
  }

  /** At once, unless something was handed back a moment ago. */
  soon(): void {
    if (this.#isReturning) return;
    this.#isReturning = true;
    this.#returnAll()
      .catch(error =>
        this.#logger.debug(`Leases stay for now: ${describeError(error)}`),
      )
      .finally(() => {
        this.#isReturning = false;
      });
  }

  /** One request at a time. @returns how many were handed back. @throws when the control plane does not answer */
  async atOnce(): Promise<number> {
    if (this.#releasing) await this.#releasing.catch(() => 0);
    const { state } = this.#journal;
    const idle = [...this.#leases.values()]
      .filter(lease => lease.isIdle && state.isDelivered(lease.id))
      .slice(0, MAX_RELEASES);
    if (idle.length === 0) return 0;
    this.#releasing = this.#release(idle);
    try {
      return await this.#releasing;
    } finally {
      this.#releasing = undefined;
    }
  }

  async #returnAll(): Promise<void> {
    while ((await this.atOnce()) > 0) await this.#sleep(PAUSE_MS);
  }

  async #release(idle: Lease[]): Promise<number> {
    for (const lease of idle) lease.apply('release-started');
    const releases = idle.map(lease => ({
      leaseId: lease.id,
      keepPicoUsd: lease.keepPicoUsd.toString(),
    }));
    try {
      await this.#controlPlane.releaseLeases(
        { replicaId: this.#replicaId, releases },
        { signal: AbortSignal.timeout(TIMEOUT_MS) },
      );
    } catch (error) {
      this.#onEvent('lease-release', { outcome: 'failed' });
      for (const lease of idle) lease.apply('release-failed');
      throw error;
    }
    this.#onEvent('lease-release', { outcome: 'accepted' });
    for (const lease of idle) {
      lease.apply('release-accepted');
      this.#leases.delete(lease.id);
      this.#forget(lease);
    }
    const scopes = new Set(idle.map(lease => lease.scopeId));
    for (const id of scopes) this.#onReturned(id);
    return idle.length;
  }

  #forget({ id }: Lease): void {
    try {
      this.#journal.leaseReleased(id);
    } catch (error) {
      // a next life hands it back once more, which changes nothing
      this.#logger.debug(`A lease stays on record: ${describeError(error)}`);
    }
  }
}
