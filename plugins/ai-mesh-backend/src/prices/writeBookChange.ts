import { Knex } from 'knex';
import { insertRows } from '../database/insertRows';
import { BookVersion } from './Price';
import { BackDatedChange } from './PriceChangeListener';
import { toProposalRow, toRateRows } from './priceRows';
import { BookChange, ProposalDecision } from './PriceStore';

/** The one row of `price_book`: whoever writes it keeps all others from changing the book. */
export const LOCK_ROW = { id: 1 };

/** Both databases bound the number of parameters: nine for each. */
const RESTATEMENTS_AT_ONCE = 50;

/** A row of `price_restatements`. */
export interface RestatementRow {
  id: string;
  price_key: string;
  region: string;
  service_tier: BackDatedChange['serviceTier'];
  from: string;
  to: string;
  version_id: string;
  replaced_version_id: string | null;
}

/**
 * Writes a change of the book.
 *
 * @param lastSequence - the largest number before this change
 */
export async function writeBookChange(
  tx: Knex.Transaction,
  change: BookChange<unknown>,
  lastSequence: number,
): Promise<void> {
  await writeVersions(tx, change.versions);
  for (const proposal of change.proposals) {
    await tx('price_proposals').insert(toProposalRow(proposal));
  }
  for (const decision of change.decisions) await writeDecision(tx, decision);
  await writeRestatements(tx, change.restatements, lastSequence);
}

async function writeVersions(
  tx: Knex.Transaction,
  versions: readonly BookVersion[],
): Promise<void> {
  if (versions.length === 0) return;
  await insertRows(tx, {
    table: 'price_versions',
    columns: {
      id: 'text',
      price_key: 'text',
      region: 'text',
      service_tier: 'text',
      contract_id: 'text',
      list_version_id: 'text',
      is_withdrawn: 'boolean',
      source_id: 'text',
      source: 'text',
      valid_from: 'text',
      valid_to: 'text',
      recorded_at: 'text',
      sequence: 'integer',
    },
    rows: versions.map(each => ({
      id: each.id,
      price_key: each.priceKey,
      region: each.region,
      service_tier: each.serviceTier,
      contract_id: each.contractId,
      list_version_id: each.listVersionId,
      is_withdrawn: each.isWithdrawn,
      source_id: each.sourceId,
      source: each.source,
      valid_from: each.validFrom,
      valid_to: each.validTo,
      recorded_at: each.recordedAt,
      sequence: each.sequence,
    })),
    then: '',
  });
  await insertRows(tx, {
    table: 'price_rates',
    columns: {
      price_version_id: 'text',
      token_class: 'text',
      above_input_tokens: 'integer',
      usd_per_token: 'text',
    },
    rows: versions.flatMap(toRateRows).map(row => ({ ...row })),
    then: '',
  });
  const last = Math.max(...versions.map(each => each.sequence));
  await tx('price_book').where(LOCK_ROW).update({ last_sequence: last });
}

async function writeDecision(
  tx: Knex.Transaction,
  decision: ProposalDecision,
): Promise<void> {
  await tx('price_proposals')
    .where({ id: decision.id })
    .update({
      state: decision.state,
      decided_at: decision.decidedAt,
      decided_by: decision.decidedBy ?? null,
      reason: decision.reason ?? null,
      version_id: decision.versionId ?? null,
    });
}

async function writeRestatements(
  tx: Knex.Transaction,
  changes: readonly BackDatedChange[],
  lastSequence: number,
): Promise<void> {
  const rows = changes.map((change): RestatementRow & { sequence: number } => ({
    id: change.id,
    price_key: change.priceKey,
    region: change.region,
    service_tier: change.serviceTier,
    from: change.from,
    to: change.to,
    version_id: change.versionId,
    replaced_version_id: change.replacedVersionId ?? null,
    sequence: lastSequence,
  }));
  // a contract may reach back for every price of the book, whose lock is held meanwhile
  await tx.batchInsert('price_restatements', rows, RESTATEMENTS_AT_ONCE);
}
