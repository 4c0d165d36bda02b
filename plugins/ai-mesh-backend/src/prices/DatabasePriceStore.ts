import { PriceSku } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { inParts } from '../database/inParts';
import { inTransaction } from '../database/inTransaction';
import { BookVersion, Proposal } from './Price';
import { BackDatedChange } from './PriceChangeListener';
import {
  ProposalRow,
  RateRow,
  toProposal,
  toVersions,
  VersionRow,
} from './priceRows';
import { BookChange, BookView, PriceStore } from './PriceStore';
import { LOCK_ROW, RestatementRow, writeBookChange } from './writeBookChange';

/** {@link PriceStore} in the plugin's database. */
export class DatabasePriceStore implements PriceStore {
  readonly #database: Knex;

  constructor(database: Knex) {
    this.#database = database;
  }

  async validAt(
    at: Date,
    options: { asOf?: Date } = {},
  ): Promise<BookVersion[]> {
    return this.#database.transaction(async tx => {
      const winners = validVersions(tx, at, options.asOf);
      const rows: VersionRow[] = await selectVersions(tx).whereIn(
        'id',
        winners,
      );
      const rates: RateRow[] = await tx('price_rates')
        .whereIn('price_version_id', validVersions(tx, at, options.asOf))
        .select();
      return toVersions(rows, rates);
    });
  }

  async versions(ids: readonly string[]): Promise<BookVersion[]> {
    return readVersions(this.#database, { column: 'id', values: ids });
  }

  async history(sku: PriceSku): Promise<BookVersion[]> {
    const { priceKey, region, serviceTier } = sku;
    const rows: VersionRow[] = await selectVersions(this.#database)
      .where({ price_key: priceKey, region, service_tier: serviceTier })
      .orderBy('price_versions.sequence', 'desc');
    return withRates(this.#database, rows);
  }

  async change<T>(
    options: { keys?: readonly string[] },
    decide: (view: BookView) => BookChange<T>,
  ): Promise<T> {
    return inTransaction(this.#database, async tx => {
      // a write first: it is the lock, and SQLite could not turn a reader into a writer
      await tx('price_book')
        .where(LOCK_ROW)
        .update({ last_sequence: tx.ref('last_sequence') });
      const view = await readView(tx, options.keys);
      const change = decide(view);
      await writeBookChange(tx, change, view.lastSequence);
      return change.result;
    });
  }

  async proposal(id: string): Promise<Proposal | undefined> {
    const row = await this.#database<ProposalRow>('price_proposals')
      .where({ id })
      .first();
    return row && toProposal(row);
  }

  async proposals(options: {
    state?: Proposal['state'];
    offset: number;
    limit: number;
  }): Promise<{ items: Proposal[]; total: number }> {
    const { state, offset, limit } = options;
    const matching = () =>
      this.#database<ProposalRow>('price_proposals').where(
        state === undefined ? {} : { state },
      );
    const rows = await matching()
      .orderBy([
        { column: 'proposed_at', order: 'desc' },
        { column: 'price_key' },
        { column: 'id' },
      ])
      .offset(offset)
      .limit(limit);
    const [{ total }] = await matching().count({ total: '*' });
    return { items: rows.map(toProposal), total: Number(total) };
  }

  async openRestatements(limit: number): Promise<BackDatedChange[]> {
    const rows = await this.#database<RestatementRow>('price_restatements')
      .whereNull('delivered_at')
      .orderBy(['sequence', 'price_key', 'from'])
      .limit(limit)
      .select();
    return rows.map(row => ({
      id: row.id,
      priceKey: row.price_key,
      region: row.region,
      serviceTier: row.service_tier,
      from: row.from,
      to: row.to,
      versionId: row.version_id,
      ...(row.replaced_version_id !== null && {
        replacedVersionId: row.replaced_version_id,
      }),
    }));
  }

  async closeRestatement(id: string, at: Date): Promise<void> {
    await this.#database('price_restatements')
      .where({ id })
      .update({ delivered_at: at.toISOString() });
  }
}

function selectVersions(database: Knex) {
  return database('price_versions').select(
    'id',
    'price_key',
    'region',
    'service_tier',
    'contract_id',
    'list_version_id',
    'is_withdrawn',
    'source_id',
    'source',
    'valid_from',
    'valid_to',
    'recorded_at',
    database.raw('cast(sequence as text) as sequence'),
  );
}

/** Ids: of the versions of each price and contract that cover a moment, the one recorded last. */
function validVersions(tx: Knex, at: Date, asOf: Date | undefined) {
  const moment = at.toISOString();
  const ranked = tx('price_versions')
    .where('valid_from', '<=', moment)
    .andWhere(either =>
      either.whereNull('valid_to').orWhere('valid_to', '>', moment),
    )
    .modify(query => {
      if (asOf) query.andWhere('recorded_at', '<=', asOf.toISOString());
    })
    .select(
      'id',
      tx.raw(
        `row_number() over (
           partition by price_key, region, service_tier, coalesce(contract_id, '')
           order by sequence desc
         ) as place`,
      ),
    )
    .as('ranked');
  return tx.select('id').from(ranked).where('place', 1);
}

async function readView(
  tx: Knex.Transaction,
  keys: readonly string[] | undefined,
): Promise<BookView> {
  const filter = keys && { column: 'price_key', values: [...new Set(keys)] };
  const versions = await readVersions(tx, filter);
  const proposalRows: ProposalRow[] = await tx('price_proposals')
    .whereIn('state', ['waiting', 'rejected'])
    .select();
  const known = keys && new Set(keys);
  const { last_sequence: last } = await tx('price_book')
    .where(LOCK_ROW)
    .first(tx.raw('cast(last_sequence as text) as last_sequence'));
  return {
    versions,
    proposals: proposalRows
      .filter(row => !known || known.has(row.price_key))
      .map(toProposal),
    lastSequence: Number(last),
  };
}

async function readVersions(
  database: Knex,
  filter: { column: string; values: readonly string[] } | undefined,
): Promise<BookVersion[]> {
  if (!filter) {
    const rows: VersionRow[] = await selectVersions(database);
    const rates: RateRow[] = await database('price_rates').select();
    return toVersions(rows, rates);
  }
  const versions: BookVersion[] = [];
  for (const values of inParts(filter.values)) {
    const rows: VersionRow[] = await selectVersions(database).whereIn(
      filter.column,
      values,
    );
    versions.push(...(await withRates(database, rows)));
  }
  return versions;
}

async function withRates(
  database: Knex,
  rows: readonly VersionRow[],
): Promise<BookVersion[]> {
  const rates: RateRow[] = [];
  for (const ids of inParts(rows.map(each => each.id))) {
    const part: RateRow[] = await database('price_rates')
      .whereIn('price_version_id', ids)
      .select();
    rates.push(...part);
  }
  return toVersions(rows, rates);
}
