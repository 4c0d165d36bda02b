import { Knex } from 'knex';

/** The longest part of a record that is kept, in characters. */
const RECORD_MAX_LENGTH = 16_384;

/** A record that could not be booked, for people to look at. */
export interface QuarantinedRecord {
  reason: string;
  record: unknown;
}

/** Keeps what gateways delivered and nobody could book. Nothing that was measured disappears silently. */
export interface QuarantineStore {
  add(
    records: readonly QuarantinedRecord[],
    options: { replicaId: string; receivedAt: Date },
  ): Promise<void>;
}

/** The quarantine in SQL. */
export class DatabaseQuarantineStore implements QuarantineStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async add(
    records: readonly QuarantinedRecord[],
    options: { replicaId: string; receivedAt: Date },
  ): Promise<void> {
    const rows = records.map(({ reason, record }) => ({
      replica_id: options.replicaId,
      reason,
      record: JSON.stringify(record).slice(0, RECORD_MAX_LENGTH),
      received_at: options.receivedAt.getTime(),
    }));
    await this.#database.batchInsert('usage_quarantine', rows, 100);
  }
}
