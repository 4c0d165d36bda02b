import { KeyId, KeyQuery } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { inParts } from '../database/inParts';
import { inTransaction } from '../database/inTransaction';
import { fromKeyRow, KeyRow, toKeyRow } from './KeyRow';
import { KeyFilter, KeyStore } from './KeyStore';
import { StoredKey } from './StoredKey';

const ORDER_COLUMNS: Record<KeyQuery['orderBy'], string> = {
  name: 'name',
  issuedAt: 'issued_at',
  expiresAt: 'expires_at',
};

/** {@link KeyStore} in the plugin's database. */
export class DatabaseKeyStore implements KeyStore {
  readonly #database: Knex;

  constructor(database: Knex) {
    this.#database = database;
  }

  async add(key: StoredKey): Promise<boolean> {
    const inserted = await this.#database('gateway_keys')
      .insert(toKeyRow(key))
      .onConflict('id')
      .ignore()
      .returning('id');
    return inserted.length > 0;
  }

  async find(id: KeyId): Promise<StoredKey | undefined> {
    const row = await this.#keys().where({ id }).first();
    return row && fromKeyRow(row);
  }

  async knownOf(ids: readonly KeyId[]): Promise<ReadonlySet<KeyId>> {
    const known = new Set<KeyId>();
    for (const part of inParts(ids)) {
      const found = await this.#keys().whereIn('id', part).pluck<KeyId[]>('id');
      for (const id of found) known.add(id);
    }
    return known;
  }

  async revoke(id: KeyId, options: { by: string; at: Date }): Promise<void> {
    await this.#keys()
      .where({ id })
      .whereNull('revoked_at') // the first who revoked it stays on record
      .update({
        revoked_at: options.at.toISOString(),
        revoked_by: options.by,
      });
  }

  async list(
    filter: KeyFilter,
    options: { now: Date },
  ): Promise<{ keys: StoredKey[]; total: number }> {
    const matching = () => narrow(this.#keys(), filter, options.now);
    const counted = await matching().count({ total: '*' }).first();
    const rows: KeyRow[] = await matching()
      .select('*')
      .orderBy(ORDER_COLUMNS[filter.orderBy], filter.order)
      .orderBy('id') // equal names keep their order from page to page
      .offset(filter.offset)
      .limit(filter.limit);
    return { keys: rows.map(fromKeyRow), total: Number(counted?.total ?? 0) };
  }

  async listActive(options: { now: Date }): Promise<StoredKey[]> {
    const rows = await this.#keys()
      .whereNull('revoked_at')
      .where('expires_at', '>', options.now.toISOString())
      .orderBy('id')
      .select();
    return rows.map(fromKeyRow);
  }

  async touchLastUsed(uses: ReadonlyMap<KeyId, Date>): Promise<void> {
    // by id, so that two replicas take their row locks in the same order
    const sorted = [...uses].sort(([a], [b]) => (a < b ? -1 : 1));
    await inTransaction(this.#database, async tx => {
      for (const [id, at] of sorted) {
        const moment = at.toISOString();
        await tx<KeyRow>('gateway_keys')
          .where({ id })
          .andWhere(either =>
            either
              .whereNull('last_used_at')
              .orWhere('last_used_at', '<', moment),
          )
          .update({ last_used_at: moment });
      }
    });
  }

  #keys() {
    return this.#database<KeyRow>('gateway_keys');
  }
}

function narrow(
  query: Knex.QueryBuilder<KeyRow>,
  filter: KeyFilter,
  now: Date,
): Knex.QueryBuilder {
  query.whereIn('department_ref', filter.departmentRefs);
  if (filter.departmentRef) query.where('department_ref', filter.departmentRef);
  if (filter.applicationRef) {
    query.where('application_ref', filter.applicationRef);
  }
  if (filter.search) {
    query.whereRaw(`LOWER(name) LIKE ? ESCAPE '\\'`, [
      `%${escapeLike(filter.search.toLowerCase())}%`,
    ]);
  }
  narrowByStatus(query, filter.status, now);
  return query;
}

function narrowByStatus(
  query: Knex.QueryBuilder<KeyRow>,
  status: KeyQuery['status'],
  now: Date,
) {
  if (status === undefined) return;
  if (status === 'revoked') {
    query.whereNotNull('revoked_at');
    return;
  }
  query.whereNull('revoked_at');
  query.where(
    'expires_at',
    status === 'active' ? '>' : '<=',
    now.toISOString(),
  );
}

/** A search for `50%` finds the percent sign, not everything. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, character => `\\${character}`);
}
