import { ORGANISATION } from './organisation';

/** A lease as the model keeps it, pico-USD. */
export interface ModelLease {
  id: string;
  replicaId: string;
  departmentRef: string;
  granted: bigint;
  booked: bigint;
  kept: bigint;
  isOpen: boolean;
}

/** What budgets must be, in plain sums: settled by department, leases, limits. */
export class BudgetModel {
  readonly limits = new Map<string, bigint>();
  readonly settled = new Map<string, bigint>();
  readonly leases: ModelLease[] = [];

  /** What a lease still takes from the budgets. */
  heldBy(lease: ModelLease): bigint {
    return lease.isOpen ? lease.granted - lease.booked : lease.kept;
  }

  /** What all leases at or below a department hold. */
  leasedAt(ref: string): bigint {
    return this.leases
      .filter(lease => ORGANISATION.pathOf(lease.departmentRef).includes(ref))
      .reduce((sum, lease) => sum + this.heldBy(lease), 0n);
  }

  usedAt(ref: string): bigint {
    return (this.settled.get(ref) ?? 0n) + this.leasedAt(ref);
  }

  /** The least that is left on the way from a department to the root; undefined without any limit. */
  leftFor(ref: string): bigint | undefined {
    let least: bigint | undefined;
    for (const level of ORGANISATION.pathOf(ref)) {
      const limit = this.limits.get(level);
      if (limit === undefined) continue;
      const left = limit - this.usedAt(level);
      if (least === undefined || left < least) least = left;
    }
    return least;
  }

  book(departmentRef: string, cost: bigint, lease?: ModelLease): void {
    for (const ref of ORGANISATION.pathOf(departmentRef)) {
      this.settled.set(ref, (this.settled.get(ref) ?? 0n) + cost);
    }
    if (!lease) return;
    const held = this.heldBy(lease);
    const covered = cost < held ? cost : held;
    lease.booked += covered;
    if (!lease.isOpen) lease.kept -= covered;
  }

  release(lease: ModelLease, keep: bigint): void {
    if (!lease.isOpen) return;
    const held = this.heldBy(lease);
    lease.kept = keep < held ? keep : held;
    lease.isOpen = false;
  }
}
