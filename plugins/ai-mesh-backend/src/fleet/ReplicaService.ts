import { SchedulerService } from '@backstage/backend-plugin-api';
import {
  Replica,
  ReplicaStatus,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ReplicaStore } from './ReplicaStore';

const ALIVE_MS = 15_000; // three statuses may be lost on the way
const KEEP_MS = 24 * 60 * 60 * 1000;

/** Knows the replicas of the gateway by what they say of themselves. */
export class ReplicaService {
  readonly #store: ReplicaStore;
  readonly #now: () => Date;

  constructor(options: { store: ReplicaStore; now: () => Date }) {
    this.#store = options.store;
    this.#now = options.now;
  }

  /** Takes in what a replica says of itself. The time is the control plane's own, whatever the replica's clock. */
  async note(status: ReplicaStatus): Promise<void> {
    await this.#store.put({ status, lastSeenAt: this.#now() });
  }

  /** The replicas that were heard of within a day, ordered by id. */
  async list(): Promise<Replica[]> {
    const nowMs = this.#now().getTime();
    const seen = await this.#store.listSince(new Date(nowMs - KEEP_MS));
    return seen.map(({ status, lastSeenAt }) => ({
      ...status,
      lastSeenAt: lastSeenAt.toISOString(),
      isAlive: nowMs - lastSeenAt.getTime() <= ALIVE_MS,
    }));
  }

  /** How many replicas share the limits that each counts by itself. */
  async countAlive(): Promise<number> {
    const sinceMs = this.#now().getTime() - ALIVE_MS;
    return (await this.#store.listSince(new Date(sinceMs))).length;
  }

  /** Forgets the replicas that were not heard of for a day. */
  async prune(): Promise<void> {
    await this.#store.forgetBefore(new Date(this.#now().getTime() - KEEP_MS));
  }

  /** Prunes every hour, in one replica of the portal at a time. */
  async startPruning(scheduler: SchedulerService): Promise<void> {
    await scheduler.scheduleTask({
      id: 'prune-gateway-replicas',
      frequency: { hours: 1 },
      timeout: { minutes: 1 },
      scope: 'global',
      fn: async () => this.prune(),
    });
  }
}
