import { tokenClassSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { Price, PriceOffer } from './Price';
import { Rates } from './PriceLookup';
import { PriceStore } from './PriceStore';

interface VersionRow {
  id: string;
  price_key: string;
  source: string;
}

interface RateRow {
  price_version_id: string;
  token_class: string;
  usd_per_token: string;
}

const IDS_A_QUERY = 500; // both databases bound the number of parameters

/** {@link PriceStore} in the plugin's database. */
export class DatabasePriceStore implements PriceStore {
  readonly #database: Knex;

  constructor(database: Knex) {
    this.#database = database;
  }

  async validAt(at: Date): Promise<Map<string, Price>> {
    return this.#database.transaction(tx => readValidAt(tx, at));
  }

  async ratesOf(priceVersionIds: string[]): Promise<Map<string, Rates>> {
    const rows: RateRow[] = [];
    for (let from = 0; from < priceVersionIds.length; from += IDS_A_QUERY) {
      rows.push(
        ...(await this.#database<RateRow>('price_rates')
          .whereIn(
            'price_version_id',
            priceVersionIds.slice(from, from + IDS_A_QUERY),
          )
          .select()),
      );
    }
    return toRates(rows);
  }

  async take(offers: readonly PriceOffer[], at: Date): Promise<number> {
    return this.#database.transaction(async tx => {
      const present = await readValidAt(tx, at);
      let opened = 0;
      for (const offer of offers) {
        const before = present.get(offer.priceKey);
        if (before && isSame(before.rates, offer.rates)) continue;
        if (before) await close(tx, before, at);
        if (await open(tx, offer, at)) opened += 1;
      }
      return opened;
    });
  }
}

async function readValidAt(
  tx: Knex.Transaction,
  at: Date,
): Promise<Map<string, Price>> {
  const moment = at.toISOString();
  const isValid = (query: Knex.QueryBuilder) =>
    query
      .where('valid_from', '<=', moment)
      .andWhere(either =>
        either.whereNull('valid_to').orWhere('valid_to', '>', moment),
      );
  const versions: VersionRow[] = await isValid(
    tx('price_versions').select('id', 'price_key', 'source'),
  );
  const rates: RateRow[] = await tx('price_rates')
    .whereIn('price_version_id', isValid(tx('price_versions').select('id')))
    .select();
  const ratesOf = toRates(rates);
  return new Map(
    versions.map(version => [
      version.price_key,
      {
        priceVersionId: version.id,
        priceKey: version.price_key,
        source: version.source,
        rates: ratesOf.get(version.id) ?? {},
      },
    ]),
  );
}

async function close(tx: Knex.Transaction, price: Price, at: Date) {
  await tx('price_versions')
    .where({ id: price.priceVersionId })
    .whereNull('valid_to')
    .update({ valid_to: at.toISOString() });
}

/** @returns false when another replica opened a version of this price at the same time */
async function open(
  tx: Knex.Transaction,
  offer: PriceOffer,
  at: Date,
): Promise<boolean> {
  const id = randomUUID();
  const inserted = await tx('price_versions')
    .insert({
      id,
      price_key: offer.priceKey,
      valid_from: at.toISOString(),
      recorded_at: at.toISOString(),
      source: offer.source,
    })
    .onConflict()
    .ignore()
    .returning('id');
  if (inserted.length === 0) return false;
  await tx('price_rates').insert(
    Object.entries(offer.rates).map(([tokenClass, usdPerToken]) => ({
      price_version_id: id,
      token_class: tokenClass,
      usd_per_token: usdPerToken,
    })),
  );
  return true;
}

function toRates(rows: readonly RateRow[]): Map<string, Rates> {
  const rates = new Map<string, Rates>();
  for (const row of rows) {
    rates.set(row.price_version_id, {
      ...rates.get(row.price_version_id),
      [tokenClassSchema.parse(row.token_class)]: row.usd_per_token,
    });
  }
  return rates;
}

function isSame(a: Rates, b: Rates): boolean {
  return tokenClassSchema.options.every(each => a[each] === b[each]);
}
