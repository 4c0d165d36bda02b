import assert from 'node:assert/strict';
import { KeyId, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { LedgerLine } from '../ledger/LedgerLine';
import { readBooks } from './books';
import { BUDGET_NODES, BudgetCommand, CommandCall } from './budgetCommands';
import { BudgetModel, ModelLease, nodesOf, periodOf } from './budgetModel';
import { createBudgetServices } from './budgetServices';
import { RESEARCH } from './organisation';
import { ledgerLine } from './usage';

const MINUTE_MS = 60_000;
const LARGEST_LIMIT = 9_000_000n * 10n ** 12n;
const SWEEP_GRACE_MS = 15 * MINUTE_MS;
const PRIYA = { by: 'user:default/priya' };

/** A call that no lease was held for. */
const UNHELD: CommandCall = {
  departmentRef: RESEARCH,
  applicationRef: 'component:default/lab',
  keyId: 'CbCdEfGhIjKl',
  model: 'large',
};

/** Runs one course of events against the database and the model side by side. */
export class BudgetCourse {
  readonly #database: Knex;
  readonly #isHonest: boolean;
  readonly #services: ReturnType<typeof createBudgetServices>;
  readonly #model = new BudgetModel();
  readonly #lines: LedgerLine[] = [];
  readonly #epochs = new Map<string, number>();
  #now = new Date('2026-11-22T12:00:00Z');

  constructor(database: Knex, options: { isHonest: boolean }) {
    this.#database = database;
    this.#isHonest = options.isHonest;
    this.#services = createBudgetServices({
      database,
      now: () => this.#now,
    });
  }

  /** From here on the balance of every node is kept. */
  async begin(): Promise<void> {
    for (const id of BUDGET_NODES) {
      await this.#services.budgets.setLimit(id, undefined, PRIYA);
    }
  }

  async run(command: BudgetCommand): Promise<void> {
    switch (command.type) {
      case 'grant':
        return this.#grant(command);
      case 'book':
        return this.#book(command);
      case 'release':
        return this.#release(command);
      case 'limit':
        return this.#setLimit(command);
      case 'top-up':
        return this.#topUp(command);
      case 'wait':
        return this.#waitUntil(
          new Date(this.#now.getTime() + command.minutes * MINUTE_MS),
        );
      case 'next-month':
        return this.#waitUntil(
          new Date(
            Date.UTC(
              this.#now.getUTCFullYear(),
              this.#now.getUTCMonth() + 1,
              1,
              0,
              1,
            ),
          ),
        );
      case 'sweep':
        return this.#sweep();
      default:
        return this.#repeat(command.count);
    }
  }

  /** Balances are the model's to the last digit, in every month, and nothing is below zero. */
  async check(): Promise<void> {
    const { balances } = await readBooks(this.#database);
    const periods = new Set(
      [this.#now, ...this.#model.leases.map(each => each.grantedAt)].map(
        periodOf,
      ),
    );
    for (const nodeId of BUDGET_NODES) {
      for (const period of periods) {
        const balance = balances[`${nodeId} ${period}`] ?? {
          settled: 0n,
          leased: 0n,
        };
        assert.equal(balance.settled, this.#model.settledAt(nodeId, period));
        assert.equal(balance.leased, this.#model.leasedAt(nodeId, period));
        assert.ok(balance.leased >= 0n);
      }
    }
  }

  async #grant(command: BudgetCommand & { type: 'grant' }) {
    const { call } = command;
    const replicaId = `replica-${command.replica}`;
    for (const nodeId of nodesOf(call)) this.#model.open(nodeId, this.#now);
    const left = this.#model.leftFor(call, this.#now);
    const needed = neededFor(command, left);
    const result = await this.#services.leases.grant({
      replicaId,
      ...call,
      keyId: call.keyId as KeyId,
      needed: picoUsd(needed),
    });
    this.#expectGrowing(call, result.budgetEpoch);
    const least = needed > 1n ? needed : 1n;
    if (result.outcome === 'refused') {
      assert.ok(left !== undefined && left < least);
      const refs = nodesOf(call).filter(
        id => this.#model.leftAt(id, this.#now) === left,
      );
      assert.ok(refs.some(id => refOf(id) === result.refusedByRef));
      return;
    }
    const granted = result.grantedPicoUsd;
    assert.ok(granted >= least);
    assert.ok(left === undefined || granted <= left);
    if (result.isEndGame) assert.equal(granted, least);
    const expiresAt = new Date(result.expiresAt);
    this.#expectNoTopUpOutlived(call, expiresAt);
    this.#model.leases.push({
      id: result.leaseId,
      replicaId,
      call,
      grantedAt: this.#now,
      period: periodOf(this.#now),
      expiresAt,
      granted,
      booked: 0n,
      kept: 0n,
      isOpen: true,
    });
    this.#expectCovered(call);
  }

  /** I1, at the moment of the grant: on every level, what is settled and leased is within what may be spent. */
  #expectCovered(call: CommandCall) {
    for (const nodeId of nodesOf(call)) {
      const left = this.#model.leftAt(nodeId, this.#now);
      assert.ok(left === undefined || left >= 0n, `${nodeId}: ${left} left`);
    }
  }

  #expectNoTopUpOutlived(call: CommandCall, expiresAt: Date) {
    const nodes = nodesOf(call);
    for (const { nodeId, startsAt, endsAt } of this.#model.topUps) {
      const isActive = startsAt <= this.#now && this.#now < endsAt;
      if (!isActive || !nodes.includes(nodeId)) continue;
      if (!this.#model.budgets.has(nodeId)) continue;
      assert.ok(expiresAt <= endsAt);
    }
  }

  /** Otherwise a gateway would go on with a lease that was recalled. */
  #expectGrowing(call: CommandCall, epoch: number) {
    const id = JSON.stringify(call);
    assert.ok(epoch >= (this.#epochs.get(id) ?? 0));
    this.#epochs.set(id, epoch);
  }

  async #book(command: BudgetCommand & { type: 'book' }) {
    const lease = this.#pick(command.pick);
    if (!lease && this.#isHonest) return;
    const call = lease?.call ?? UNHELD;
    const cost =
      lease && this.#isHonest
        ? command.cost % (this.#model.heldBy(lease) + 1n)
        : command.cost;
    const occurredAt = lease?.grantedAt ?? this.#now; // a call begins while its lease holds
    const line = ledgerLine({
      requestId: `request-${this.#lines.length}`,
      ...call,
      costCentre: 'CC1',
      leaseId: lease?.id,
      cost: picoUsd(cost),
      occurredAt,
    });
    this.#lines.push(line);
    const before = new Map(
      nodesOf(call).map(id => [
        id,
        this.#model.usedAt(id, periodOf(occurredAt)),
      ]),
    );
    await this.#services.ledger.book([line]);
    this.#model.book(call, occurredAt, cost, lease);
    if (!this.#isHonest) return;
    // what was leased is spent: that takes nothing more from any budget
    for (const [id, used] of before) {
      assert.equal(this.#model.usedAt(id, periodOf(occurredAt)), used);
    }
  }

  async #release(command: BudgetCommand & { type: 'release' }) {
    const lease = this.#pick(command.pick);
    if (!lease) return;
    const releases = [{ leaseId: lease.id, keep: picoUsd(command.keep) }];
    const { leases } = this.#services;
    await leases.release({ replicaId: 'somebody-else', releases });
    await leases.release({ replicaId: lease.replicaId, releases });
    this.#model.release(lease, command.keep);
  }

  async #setLimit(command: BudgetCommand & { type: 'limit' }) {
    const { nodeId, amount, kind, carryOver } = command;
    if (amount === undefined) {
      await this.#services.budgets.setLimit(nodeId, undefined, PRIYA);
      this.#model.setBudget(nodeId, undefined, this.#now);
      return;
    }
    const base = this.#isHonest
      ? this.#model.usedAt(nodeId, periodOf(this.#now))
      : 0n;
    if (base + amount > LARGEST_LIMIT) return;
    const limit = base + amount;
    await this.#services.budgets.change(
      nodeId,
      { limitUsd: decimalOf(limit), kind, carryOver },
      PRIYA,
    );
    this.#model.setBudget(nodeId, { limit, kind, carryOver }, this.#now);
  }

  async #topUp(command: BudgetCommand & { type: 'top-up' }) {
    const { nodeId, minutes } = command;
    if (!this.#model.budgets.has(nodeId)) return;
    const amount = command.amount + 1n;
    const endsAt = new Date(this.#now.getTime() + minutes * MINUTE_MS);
    if (periodOf(endsAt) !== periodOf(this.#now)) return;
    const { topUps } = this.#services;
    const { id } = await topUps.request(
      nodeId,
      {
        amountUsd: decimalOf(amount),
        reason: 'a test',
        endsAt: endsAt.toISOString(),
      },
      { by: 'user:default/dana' },
    );
    await topUps.decide(id, { state: 'approved', decision: 'ok' }, PRIYA);
    this.#model.topUps.push({ nodeId, amount, startsAt: this.#now, endsAt });
  }

  async #waitUntil(moment: Date) {
    this.#now = moment;
  }

  async #sweep() {
    await this.#services.leases.sweep();
    for (const lease of this.#model.leases) {
      const endsMs = lease.expiresAt.getTime() + SWEEP_GRACE_MS;
      if (lease.isOpen && endsMs < this.#now.getTime()) {
        this.#model.release(lease, 0n);
      }
    }
  }

  /** Everything again, backwards: the model does not change. */
  async #repeat(count: number) {
    for (let round = 0; round < count; round++) {
      await this.#services.ledger.book([...this.#lines].reverse());
    }
  }

  #pick(index: number): ModelLease | undefined {
    const { leases } = this.#model;
    return leases.length === 0 ? undefined : leases[index % leases.length];
  }
}

/** What a refusal calls a node. */
function refOf(nodeId: string): string {
  return nodeId.split('#')[0].replace(/^(key|cost-centre):/, '');
}

/** Pico-dollars as decimal dollars. */
function decimalOf(pico: bigint): string {
  const digits = pico.toString().padStart(13, '0');
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`;
}

/** At the edge, where a limit that is wrong by one shows. */
function neededFor(
  { needed, beyondLeft }: BudgetCommand & { type: 'grant' },
  left: bigint | undefined,
): bigint {
  if (left === undefined || beyondLeft === undefined) return needed;
  return left + beyondLeft > 0n ? left + beyondLeft : 0n;
}
