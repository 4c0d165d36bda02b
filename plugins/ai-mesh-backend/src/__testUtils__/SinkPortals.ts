import { mockServices } from '@backstage/backend-test-utils';
import { UsageSink } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { Knex } from 'knex';
import { DatabaseLedgerStore } from '../ledger/DatabaseLedgerStore';
import { LedgerLine } from '../ledger/LedgerLine';
import { DatabaseDeliveryStore } from '../sinks/DatabaseDeliveryStore';
import { SinkDeliverer } from '../sinks/SinkDeliverer';
import { createUsageOutbox } from '../sinks/UsageOutbox';
import { ledgerLine } from './usage';

/** How a portal differs from a real one. */
export interface PortalOptions {
  largestDelivery?: { batches: number; lines: number };
  writeTimeoutMs?: number;
}

/** Portals over one database, with one clock that starts at noon on 22 November 2026. */
export class SinkPortals {
  readonly logger = mockServices.logger.mock();
  nowMs = Date.UTC(2026, 10, 22, 12);
  readonly #database: Knex;
  #ledger?: DatabaseLedgerStore;

  constructor(database: Knex) {
    this.#database = database;
  }

  /** A portal with these sinks: another replica, or the same after a restart. It books from now on. */
  async start(sinks: readonly UsageSink[], options: PortalOptions = {}) {
    const database = this.#database;
    const now = () => new Date(this.nowMs);
    const store = new DatabaseDeliveryStore({ database, ...options });
    const sinkIds = sinks.map(each => each.id);
    await store.register(sinkIds, now());
    const onBooked = createUsageOutbox({ sinkIds });
    this.#ledger = new DatabaseLedgerStore({ database, now, onBooked });
    const deliverers = sinks.map(
      sink => new SinkDeliverer({ ...options, ...this, sink, store, now }),
    );
    const deliver = async (signal = new AbortController().signal) => {
      await Promise.all(deliverers.map(each => each.run(signal)));
    };
    return { store, deliver };
  }

  async book(lines: readonly LedgerLine[]): Promise<void> {
    await this.#ledger?.book(lines);
  }

  /** Books a line for each of the requests. */
  async bookRequests(...requestIds: string[]): Promise<void> {
    await this.book(requestIds.map(requestId => ledgerLine({ requestId })));
  }

  async countRows(table: string): Promise<number> {
    return (await this.#database(table).select()).length;
  }
}
