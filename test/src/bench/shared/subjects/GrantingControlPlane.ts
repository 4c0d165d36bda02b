import { parseUsd, Snapshot } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ControlPlane } from '@sovereign-ai-mesh/plugin-ai-mesh-gateway-backend';

const LEASE_USD = '1000';
const LEASE_LIFE_MS = 60_000;

/** A control plane that says yes: to every lease, and to all usage, which it forgets. */
export class GrantingControlPlane implements ControlPlane {
  readonly #snapshot: Snapshot;
  #leaseCount = 0;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  async getSnapshot(options: Parameters<ControlPlane['getSnapshot']>[0]) {
    if (options.since !== this.#snapshot.version) return this.#snapshot;
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, options.waitMs);
      options.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    return undefined;
  }

  async requestLeases({
    requests,
  }: Parameters<ControlPlane['requestLeases']>[0]) {
    return requests.map(({ departmentRef }) => {
      this.#leaseCount += 1;
      return {
        outcome: 'granted' as const,
        departmentRef,
        leaseId: `lease-${this.#leaseCount}`,
        grantedPicoUsd: parseUsd(LEASE_USD),
        budgetEpoch: 1,
        expiresAt: new Date(Date.now() + LEASE_LIFE_MS).toISOString(),
        isEndGame: false,
      };
    });
  }

  async releaseLeases() {}

  async sendUsage() {
    return { booked: 0, repeated: 0, rejected: [] };
  }

  async sendStatus() {
    return { aliveReplicas: 1 };
  }
}
