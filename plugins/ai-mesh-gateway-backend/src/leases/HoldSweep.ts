import { Logger } from '../Logger';
import { Hold, Lease } from './Lease';

/** How often the ages of holds are looked at. */
const INTERVAL_MS = 10_000;
/** A hold that is older than a call may take by this is one whose call was lost sight of. */
const GRACE_MS = 60_000;

/** Every call has a deadline and ends its hold. Should one not, its money must not be taken for ever. */
export class HoldSweep {
  readonly #clock: () => number;
  readonly #limitSeconds: number;
  readonly #logger: Logger;
  #sweptAtMs: number;

  /** @param options.callMs - how long a call may take, in milliseconds */
  constructor(options: {
    clock: () => number;
    callMs: number;
    logger: Logger;
  }) {
    this.#clock = options.clock;
    // ages are counted in whole intervals, from the first that saw the hold
    this.#limitSeconds = (options.callMs + GRACE_MS + 2 * INTERVAL_MS) / 1000;
    this.#logger = options.logger;
    this.#sweptAtMs = options.clock();
  }

  /** Ends the holds that are too old, when it is time to look. @returns their leases */
  run(leases: Iterable<Lease>): Lease[] {
    const nowMs = this.#clock();
    const passedMs = nowMs - this.#sweptAtMs;
    if (passedMs < INTERVAL_MS) return [];
    this.#sweptAtMs = nowMs;
    // a machine that slept is no reason
    const passed = Math.round(Math.min(passedMs, 2 * INTERVAL_MS) / 1000);
    const changed: Lease[] = [];
    for (const lease of leases) {
      const expired = lease.expireHolds(passed, this.#limitSeconds);
      for (const hold of expired) this.#report(hold);
      if (expired.length > 0) changed.push(lease);
    }
    return changed;
  }

  #report({ lease, amountPicoUsd, state, ageSeconds }: Hold): void {
    this.#logger.error(
      state === 'kept'
        ? 'A call never ended that may have been billed: its money stays held'
        : 'A call never ended that was not sent: its money is given back',
      {
        leaseId: lease.id,
        departmentRef: lease.budgets.departmentRef,
        heldPicoUsd: String(amountPicoUsd),
        ageSeconds,
      },
    );
  }
}
