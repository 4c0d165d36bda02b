import { Knex } from 'knex';
import { settleLines } from '../budgets/settleLines';
import { insertRows } from '../database/insertRows';
import { inTransaction } from '../database/inTransaction';
import { LedgerLine, lineKeyOf } from './LedgerLine';
import { LedgerStore } from './LedgerStore';
import { addToRollups } from './rollup';

const COLUMNS = {
  request_id: 'text',
  attempt: 'integer',
  line_no: 'integer',
  revision: 'integer',
  occurred_at: 'integer',
  key_id: 'text',
  application_ref: 'text',
  department_ref: 'text',
  cost_centre: 'text',
  model: 'text',
  requested_model: 'text',
  served_because: 'text',
  target_id: 'text',
  token_class: 'text',
  tokens: 'integer',
  price_version_id: 'text',
  cost_pico: 'integer',
  avoided_pico: 'integer',
  source: 'text',
  estimated: 'boolean',
  flags: 'text',
  lease_id: 'text',
  replica_id: 'text',
  booked_at: 'integer',
} as const;

interface KeyRow {
  request_id: string;
  attempt: number;
  line_no: number;
  revision: number;
}

/** The ledger in SQL. */
export class DatabaseLedgerStore implements LedgerStore {
  readonly #database: Knex;
  readonly #now: () => Date;

  constructor(options: { database: Knex; now?: () => Date }) {
    this.#database = options.database;
    this.#now = options.now ?? (() => new Date());
  }

  async book(lines: readonly LedgerLine[]): Promise<LedgerLine[]> {
    const byKey = new Map<string, LedgerLine>();
    for (const line of lines) {
      const key = lineKeyOf(line);
      if (!byKey.has(key)) byKey.set(key, line);
    }
    // sorted, so that two deliveries of the same lines wait for each other and never in a circle
    const candidates = [...byKey]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, line]) => line);
    return inTransaction(this.#database, async transaction => {
      const keys = await this.#insert(transaction, candidates);
      const booked = new Set(keys);
      const fresh = [...byKey.entries()]
        .filter(([key]) => booked.has(key))
        .map(([, line]) => line);
      await addToRollups(transaction, fresh);
      const flagged = await settleLines(transaction, fresh);
      for (const [line, flag] of flagged) {
        await transaction('ledger_lines')
          .where({
            request_id: line.requestId,
            attempt: line.attempt,
            line_no: line.lineNo,
            revision: line.revision,
          })
          .update({ flags: [...line.flags, flag].join(',') });
      }
      return fresh;
    });
  }

  async #insert(
    transaction: Knex.Transaction,
    lines: readonly LedgerLine[],
  ): Promise<string[]> {
    const bookedAt = this.#now().getTime();
    const inserted = await insertRows<keyof typeof COLUMNS, KeyRow>(
      transaction,
      {
        table: 'ledger_lines',
        columns: COLUMNS,
        rows: lines.map(line => toRow(line, bookedAt)),
        then: `on conflict (request_id, attempt, line_no, revision) do nothing
          returning request_id, attempt, line_no, revision`,
      },
    );
    return inserted.map(row =>
      lineKeyOf({
        requestId: row.request_id,
        attempt: row.attempt,
        lineNo: row.line_no,
        revision: row.revision,
      }),
    );
  }
}

function toRow(line: LedgerLine, bookedAt: number) {
  return {
    request_id: line.requestId,
    attempt: line.attempt,
    line_no: line.lineNo,
    revision: line.revision,
    occurred_at: line.occurredAt.getTime(),
    key_id: line.keyId,
    application_ref: line.applicationRef,
    department_ref: line.departmentRef,
    cost_centre: line.costCentre,
    model: line.model,
    requested_model: line.requestedModel,
    served_because: line.servedBecause,
    target_id: line.targetId,
    token_class: line.tokenClass,
    tokens: line.tokens,
    price_version_id: line.priceVersionId,
    cost_pico: line.cost,
    avoided_pico: line.avoided,
    source: line.source,
    estimated: line.estimated,
    flags: line.flags.length === 0 ? undefined : line.flags.join(','),
    lease_id: line.leaseId,
    replica_id: line.replicaId,
    booked_at: bookedAt,
  };
}
