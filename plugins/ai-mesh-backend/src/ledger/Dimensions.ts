import { createHash } from 'node:crypto';
import { invariant } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { inParts } from '../database/inParts';
import { insertRows } from '../database/insertRows';
import { Account } from './accounts';
import { LineAbout } from './LedgerLine';

const DIMENSION_COLUMNS = {
  digest: 'text',
  department_ref: 'text',
  cost_centre: 'text',
  application_ref: 'text',
  key_id: 'text',
  model: 'text',
  requested_model: 'text',
  served_because: 'text',
  target_id: 'text',
  provider: 'text',
  region: 'text',
  service_tier: 'text',
  charge_class: 'text',
  price_version_id: 'text',
  above_input_tokens: 'integer',
  source: 'text',
  correction: 'boolean',
  debit_account_id: 'integer',
  credit_account_id: 'integer',
} as const;

/** Rows of `ledger_dimensions` that are remembered; beyond that all are forgotten and read anew. */
const REMEMBERED = 200_000;

/** A dimension that is looked for. */
export interface WantedDimension {
  about: LineAbout;
  isCorrection: boolean;
}

/** One text for all that a line is about: two lines are about the same when theirs are equal. */
export function dimensionNameOf({
  about,
  isCorrection,
}: WantedDimension): string {
  return `${about.departmentRef}\n${about.costCentre ?? ''}\n${
    about.applicationRef
  }\n${about.keyId}\n${about.model}\n${about.requestedModel ?? ''}\n${
    about.servedBecause
  }\n${about.targetId}\n${about.provider}\n${about.region}\n${
    about.serviceTier
  }\n${about.chargeClass}\n${about.priceVersionId}\n${
    about.aboveInputTokens ?? 0
  }\n${about.source}\n${isCorrection}\n${nameOf(about.debit)}\n${nameOf(
    about.credit,
  )}`;
}

/** The rows that say what lines are about. A row is never changed, so that its id may be remembered. */
export class Dimensions {
  readonly #ids = new Map<string, number>();

  /**
   * Finds the ids, and makes the rows that are missing.
   *
   * @param wanted - by {@link dimensionNameOf}
   * @returns ids by name, and `remember`, to be called once the transaction is committed: ids of rows that were
   *   rolled back must not be known
   */
  async resolve(
    transaction: Knex.Transaction,
    wanted: ReadonlyMap<string, WantedDimension>,
  ): Promise<{ ids: ReadonlyMap<string, number>; remember: () => void }> {
    const ids = new Map<string, number>();
    const missing = new Map<string, WantedDimension>();
    for (const [name, dimension] of wanted) {
      const id = this.#ids.get(name);
      if (id === undefined) missing.set(name, dimension);
      else ids.set(name, id);
    }
    if (missing.size === 0) return { ids, remember: () => {} };
    const found = await findOrInsert(transaction, missing);
    for (const [name, id] of found) ids.set(name, id);
    return { ids, remember: () => this.#remember(found) };
  }

  #remember(found: ReadonlyMap<string, number>): void {
    if (this.#ids.size + found.size > REMEMBERED) this.#ids.clear();
    for (const [name, id] of found) this.#ids.set(name, id);
  }
}

async function findOrInsert(
  transaction: Knex.Transaction,
  missing: ReadonlyMap<string, WantedDimension>,
): Promise<Map<string, number>> {
  const names = new Map<string, string>();
  for (const name of missing.keys()) names.set(digestOf(name), name);
  const digests = [...names.keys()].sort(); // every transaction in the same order: that rules out deadlocks
  const known = await readIds(transaction, digests);
  const unknown = digests.filter(digest => !known.has(digest));
  if (unknown.length > 0) {
    await insertDimensions(transaction, unknown, digest => {
      const wanted = missing.get(names.get(digest) ?? '');
      invariant(wanted !== undefined, 'a dimension that nobody asked for');
      return wanted;
    });
    for (const [digest, id] of await readIds(transaction, unknown)) {
      known.set(digest, id);
    }
  }
  const ids = new Map<string, number>();
  for (const [digest, name] of names) {
    const id = known.get(digest);
    invariant(id !== undefined, 'a dimension was not made');
    ids.set(name, id);
  }
  return ids;
}

async function readIds(
  transaction: Knex.Transaction,
  digests: readonly string[],
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (const part of inParts(digests)) {
    const rows = await transaction('ledger_dimensions')
      .whereIn('digest', part)
      .select<{ id: number; digest: string }[]>('id', 'digest');
    for (const { id, digest } of rows) ids.set(digest, id);
  }
  return ids;
}

async function insertDimensions(
  transaction: Knex.Transaction,
  digests: readonly string[],
  wantedBy: (digest: string) => WantedDimension,
): Promise<void> {
  const accounts = await findOrInsertAccounts(
    transaction,
    digests.flatMap(digest => {
      const { debit, credit } = wantedBy(digest).about;
      return [debit, credit];
    }),
  );
  await insertRows(transaction, {
    table: 'ledger_dimensions',
    columns: DIMENSION_COLUMNS,
    rows: digests.map(digest => {
      const { about, isCorrection } = wantedBy(digest);
      return {
        digest,
        department_ref: about.departmentRef,
        cost_centre: about.costCentre,
        application_ref: about.applicationRef,
        key_id: about.keyId,
        model: about.model,
        requested_model: about.requestedModel,
        served_because: about.servedBecause,
        target_id: about.targetId,
        provider: about.provider,
        region: about.region,
        service_tier: about.serviceTier,
        charge_class: about.chargeClass,
        price_version_id: about.priceVersionId,
        above_input_tokens: about.aboveInputTokens ?? 0,
        source: about.source,
        correction: isCorrection,
        debit_account_id: accounts.get(nameOf(about.debit)),
        credit_account_id: accounts.get(nameOf(about.credit)),
      };
    }),
    then: 'on conflict (digest) do nothing',
  });
}

async function findOrInsertAccounts(
  transaction: Knex.Transaction,
  accounts: readonly Account[],
): Promise<Map<string, number>> {
  const byName = new Map(accounts.map(account => [nameOf(account), account]));
  await insertRows(transaction, {
    table: 'ledger_accounts',
    columns: { kind: 'text', owner: 'text' },
    rows: [...byName]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { kind, owner }]) => ({ kind, owner })),
    then: 'on conflict (kind, owner) do nothing',
  });
  const rows = await transaction('ledger_accounts').select<
    (Account & { id: number })[]
  >('id', 'kind', 'owner');
  return new Map(rows.map(row => [nameOf(row), row.id]));
}

function nameOf({ kind, owner }: Account): string {
  return `${kind}:${owner}`;
}

function digestOf(name: string): string {
  return createHash('sha256').update(name).digest('base64');
}
