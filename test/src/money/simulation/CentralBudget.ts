import { LoggerService } from '@backstage/backend-plugin-api';
import {
  openBudgets,
  OpenBudgets,
  openLedger,
  OpenLedger,
} from '@sovereign-ai-mesh/plugin-ai-mesh-backend/testUtils';
import {
  Department,
  PicoUsd,
  picoUsd,
  Snapshot,
  snapshotSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  ControlPlane,
  recordsOf,
} from '@sovereign-ai-mesh/plugin-ai-mesh-gateway-backend';
import { Knex } from 'knex';
import { VirtualTime } from './VirtualTime';

export const DEPARTMENT_REF = 'group:default/customer-care';
/** A token of it costs one pico-dollar. */
export const PRICE_VERSION_ID = 'price-1';
/** One way. */
const NETWORK_MS = 2;
/** Until a gateway that waits for news has it. */
const NEWS_MS = 50;

const SILENT: LoggerService = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => SILENT,
};

const DEPARTMENT: Department = {
  ref: DEPARTMENT_REF,
  title: 'Customer Care',
  type: 'department',
  depth: 0,
  costCentre: 'CC1',
};

/** The real leases and the real ledger in a database, as gateways reach them over a network of virtual time. */
export class CentralBudget {
  leaseRequests = 0;
  leaseReleases = 0;
  deliveries = 0;
  readonly #time: VirtualTime;
  readonly #database: Knex;
  readonly #budgets: OpenBudgets;
  readonly #ledger: OpenLedger;
  readonly #listeners: Array<(snapshot: Snapshot) => void> = [];
  #epoch = 1;

  static async open(options: {
    database: Knex;
    limit: PicoUsd;
    time: VirtualTime;
  }): Promise<CentralBudget> {
    const { database, time, limit } = options;
    const shared = {
      database,
      departments: [DEPARTMENT],
      logger: SILENT,
      now: () => new Date(time.nowMs),
    };
    const budgets = await openBudgets(shared);
    const ledger = await openLedger({
      ...shared,
      prices: new Map([
        [
          PRICE_VERSION_ID,
          {
            priceKey: 'openai/model',
            provider: 'openai',
            region: '',
            serviceTier: 'standard' as const,
            rates: { input: '0.000000000001' },
            longContext: [],
          },
        ],
      ]),
    });
    await budgets.budgets.setLimit(DEPARTMENT_REF, limit, {
      by: 'user:default/priya',
    });
    return new CentralBudget(options, budgets, ledger);
  }

  private constructor(
    { time, database }: { time: VirtualTime; database: Knex },
    budgets: OpenBudgets,
    ledger: OpenLedger,
  ) {
    this.#time = time;
    this.#database = database;
    this.#budgets = budgets;
    this.#ledger = ledger;
  }

  get snapshot(): Snapshot {
    return snapshotSchema.parse({
      version: String(this.#epoch),
      generatedAt: '2026-11-22T10:00:00.000Z',
      keys: [],
      models: [],
      departments: [{ ref: DEPARTMENT_REF, budgetEpoch: this.#epoch }],
    });
  }

  onSnapshot(listener: (snapshot: Snapshot) => void): void {
    this.#listeners.push(listener);
  }

  /** What the books say, in pico-dollars. */
  async balance(): Promise<{ settled: bigint; leased: bigint }> {
    const rows = await this.#database('budget_balances').select(
      this.#database.raw('cast(settled_pico as text) as settled'),
      this.#database.raw('cast(leased_pico as text) as leased'),
    );
    return {
      settled: rows.reduce((sum, row) => sum + BigInt(row.settled), 0n),
      leased: rows.reduce((sum, row) => sum + BigInt(row.leased), 0n),
    };
  }

  /** The way of one gateway to it. */
  connect(replicaId: string): ControlPlane {
    const exchange = async <T>(work: () => Promise<T>): Promise<T> => {
      await this.#time.sleep(NETWORK_MS);
      const answer = await this.#time.instantly(work);
      await this.#time.sleep(NETWORK_MS);
      return answer;
    };
    const away = async () => {
      throw new Error('not of this simulation');
    };
    return {
      getSnapshot: away,
      sendStatus: away,
      requestLeases: ({ requests }) =>
        exchange(async () => {
          this.leaseRequests += 1;
          const results = await this.#budgets.leases.grantAll({
            replicaId,
            needs: requests.map(({ departmentRef, neededPicoUsd }) => ({
              departmentRef,
              needed: picoUsd(BigInt(neededPicoUsd)),
            })),
          });
          for (const each of results) this.#hear(each.budgetEpoch);
          return results;
        }),
      releaseLeases: ({ releases }) =>
        exchange(() => {
          this.leaseReleases += 1;
          return this.#budgets.leases.release({
            replicaId,
            releases: releases.map(({ leaseId, keepPicoUsd }) => ({
              leaseId,
              keep: picoUsd(BigInt(keepPicoUsd)),
            })),
          });
        }),
      sendUsage: batch =>
        exchange(async () => {
          this.deliveries += 1;
          const result = await this.#ledger.ledger.book(recordsOf(batch), {
            source: 'live',
            replicaId,
          });
          return { ...result, rejected: [] };
        }),
    };
  }

  #hear(epoch: number): void {
    if (epoch <= this.#epoch) return;
    this.#epoch = epoch;
    const { snapshot } = this;
    this.#time.after(NEWS_MS, () => {
      for (const listener of this.#listeners) listener(snapshot);
    });
  }
}
