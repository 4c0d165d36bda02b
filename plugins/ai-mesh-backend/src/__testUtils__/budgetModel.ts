import { CommandCall } from './budgetCommands';
import { ORGANISATION } from './organisation';

/** A lease as the model keeps it, pico-USD. */
export interface ModelLease {
  id: string;
  replicaId: string;
  call: CommandCall;
  grantedAt: Date;
  period: string;
  expiresAt: Date;
  granted: bigint;
  booked: bigint;
  kept: bigint;
  isOpen: boolean;
}

/** A budget as the model keeps it. */
export interface ModelBudget {
  limit: bigint;
  kind: 'hard' | 'soft';
  carryOver: 'none' | 'unused';
  since: string;
}

interface ModelTopUp {
  nodeId: string;
  amount: bigint;
  startsAt: Date;
  endsAt: Date;
}

/** All nodes that a call counts against, written out. */
export function nodesOf(call: CommandCall): string[] {
  const whole = [
    `key:${call.keyId}`,
    call.applicationRef,
    ...ORGANISATION.pathOf(call.departmentRef),
    'cost-centre:CC1',
  ];
  return [...whole, ...whole.map(id => `${id}#${call.model}`)];
}

/** What budgets must be, in plain sums: settled by node and month, leases, budgets, top-ups. Months are in UTC. */
export class BudgetModel {
  readonly budgets = new Map<string, ModelBudget>();
  readonly leases: ModelLease[] = [];
  readonly topUps: ModelTopUp[] = [];
  readonly #settled = new Map<string, bigint>();
  readonly #carried = new Map<string, bigint>();

  settledAt(nodeId: string, period: string): bigint {
    return this.#settled.get(`${nodeId} ${period}`) ?? 0n;
  }

  /** What a lease still takes from the budgets. */
  heldBy(lease: ModelLease): bigint {
    return lease.isOpen ? lease.granted - lease.booked : lease.kept;
  }

  /** What all leases of a month that count against a node hold. */
  leasedAt(nodeId: string, period: string): bigint {
    return this.leases
      .filter(
        lease =>
          lease.period === period && nodesOf(lease.call).includes(nodeId),
      )
      .reduce((sum, lease) => sum + this.heldBy(lease), 0n);
  }

  usedAt(nodeId: string, period: string): bigint {
    return this.settledAt(nodeId, period) + this.leasedAt(nodeId, period);
  }

  /** Limit, what was carried over, and the top-ups of the moment; undefined without a limit. */
  effectiveLimit(nodeId: string, now: Date): bigint | undefined {
    const budget = this.budgets.get(nodeId);
    if (!budget) return undefined;
    const topUp = this.topUps
      .filter(
        each =>
          each.nodeId === nodeId && each.startsAt <= now && now < each.endsAt,
      )
      .reduce((sum, each) => sum + each.amount, 0n);
    const carried = this.#carried.get(`${nodeId} ${periodOf(now)}`) ?? 0n;
    return budget.limit + carried + topUp;
  }

  /** What is left at a node; undefined where nothing is ever refused. */
  leftAt(nodeId: string, now: Date): bigint | undefined {
    const limit = this.effectiveLimit(nodeId, now);
    if (limit === undefined || this.budgets.get(nodeId)?.kind === 'soft') {
      return undefined;
    }
    return limit - this.usedAt(nodeId, periodOf(now));
  }

  /** The least that is left on the way of a call; undefined without any hard limit. */
  leftFor(call: CommandCall, now: Date): bigint | undefined {
    let least: bigint | undefined;
    for (const nodeId of nodesOf(call)) {
      const left = this.leftAt(nodeId, now);
      if (left === undefined) continue;
      if (least === undefined || left < least) least = left;
    }
    return least;
  }

  /** Works out what carries over, once a month, as soon as anybody looks at the budget. */
  open(nodeId: string, now: Date): void {
    const period = periodOf(now);
    const id = `${nodeId} ${period}`;
    const budget = this.budgets.get(nodeId);
    if (!budget || this.#carried.has(id)) return;
    const before = periodBefore(now);
    const isCarried = budget.carryOver === 'unused' && budget.since <= before;
    const unused =
      budget.limit +
      (this.#carried.get(`${nodeId} ${before}`) ?? 0n) -
      this.usedAt(nodeId, before);
    let carried = isCarried && unused > 0n ? unused : 0n;
    if (carried > budget.limit) carried = budget.limit;
    this.#carried.set(id, carried);
  }

  setBudget(
    nodeId: string,
    budget: Omit<ModelBudget, 'since'> | undefined,
    now: Date,
  ): void {
    this.open(nodeId, now);
    const since = this.budgets.get(nodeId)?.since ?? periodOf(now);
    if (budget) this.budgets.set(nodeId, { ...budget, since });
    else this.budgets.delete(nodeId);
  }

  book(call: CommandCall, at: Date, cost: bigint, lease?: ModelLease): void {
    for (const nodeId of nodesOf(call)) {
      const id = `${nodeId} ${periodOf(at)}`;
      this.#settled.set(id, (this.#settled.get(id) ?? 0n) + cost);
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

/** The month of a moment, UTC. */
export function periodOf(moment: Date): string {
  return moment.toISOString().slice(0, 7);
}

function periodBefore(moment: Date): string {
  return periodOf(
    new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), 0)),
  );
}
