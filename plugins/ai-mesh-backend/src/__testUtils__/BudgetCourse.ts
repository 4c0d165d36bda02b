import assert from 'node:assert/strict';
import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { LedgerLine } from '../ledger/LedgerLine';
import { readBooks } from './books';
import { BudgetCommand } from './budgetCommands';
import { BudgetModel, ModelLease } from './budgetModel';
import { createBudgetServices } from './budgetServices';
import { ORGANISATION, RESEARCH } from './organisation';
import { ledgerLine } from './usage';

const NOW = new Date('2026-11-22T12:00:00Z');
const PERIOD = '2026-11';
const LARGEST_LIMIT = 9_000_000n * 10n ** 12n;

/** Runs one course of events against the database and the model side by side. */
export class BudgetCourse {
  readonly #database: Knex;
  readonly #isHonest: boolean;
  readonly #services: ReturnType<typeof createBudgetServices>;
  readonly #model = new BudgetModel();
  readonly #lines: LedgerLine[] = [];

  constructor(database: Knex, options: { isHonest: boolean }) {
    this.#database = database;
    this.#isHonest = options.isHonest;
    this.#services = createBudgetServices({
      database,
      now: () => NOW,
    });
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
      default:
        return this.#repeat(command.count);
    }
  }

  /** Balances are the model's, nothing is below zero, and an honest course stays within every limit. */
  async check(): Promise<void> {
    const { balances } = await readBooks(this.#database);
    for (const { ref } of ORGANISATION.all()) {
      const balance = balances[`${ref} ${PERIOD}`] ?? {
        settled: 0n,
        leased: 0n,
      };
      assert.equal(balance.settled, this.#model.settled.get(ref) ?? 0n);
      assert.equal(balance.leased, this.#model.leasedAt(ref));
      assert.ok(balance.leased >= 0n);
      const limit = this.#model.limits.get(ref);
      if (this.#isHonest && limit !== undefined) {
        assert.ok(balance.settled + balance.leased <= limit);
      }
    }
  }

  async #grant(command: BudgetCommand & { type: 'grant' }) {
    const { departmentRef, needed } = command;
    const replicaId = `replica-${command.replica}`;
    const left = this.#model.leftFor(departmentRef);
    const result = await this.#services.leases.grant({
      replicaId,
      departmentRef,
      needed: picoUsd(needed),
    });
    if (result.outcome === 'refused') {
      const limit = this.#model.limits.get(result.refusedByRef);
      assert.ok(limit !== undefined && left !== undefined);
      assert.equal(left, limit - this.#model.usedAt(result.refusedByRef));
      assert.ok(left < (needed > 1n ? needed : 1n));
      return;
    }
    const granted = result.grantedPicoUsd;
    assert.ok(granted >= needed);
    assert.ok(left === undefined || granted <= left);
    this.#model.leases.push({
      id: result.leaseId,
      replicaId,
      departmentRef,
      granted,
      booked: 0n,
      kept: 0n,
      isOpen: true,
    });
  }

  async #book(command: BudgetCommand & { type: 'book' }) {
    const lease = this.#pick(command.pick);
    if (!lease && this.#isHonest) return;
    const departmentRef = lease?.departmentRef ?? RESEARCH;
    const cost =
      lease && this.#isHonest
        ? command.cost % (this.#model.heldBy(lease) + 1n)
        : command.cost;
    const line = ledgerLine({
      requestId: `request-${this.#lines.length}`,
      departmentRef,
      leaseId: lease?.id,
      cost: picoUsd(cost),
    });
    this.#lines.push(line);
    await this.#services.ledger.book([line]);
    this.#model.book(departmentRef, cost, lease);
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
    const { departmentRef, amount } = command;
    const base = this.#isHonest ? this.#model.usedAt(departmentRef) : 0n;
    if (amount !== undefined && base + amount > LARGEST_LIMIT) return;
    const limit = amount === undefined ? undefined : picoUsd(base + amount);
    await this.#services.budgets.setLimit(departmentRef, limit, {
      by: 'user:default/priya',
    });
    if (limit === undefined) this.#model.limits.delete(departmentRef);
    else this.#model.limits.set(departmentRef, limit);
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
