import {
  pricedClassSchema,
  PriceRates,
  proposalStateSchema,
  serviceTierSchema,
  priceRatesSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { z } from 'zod';
import { BookVersion, LongContextRates, PriceTerms, Proposal } from './Price';

/** A row of `price_versions`. */
export interface VersionRow {
  id: string;
  price_key: string;
  region: string;
  service_tier: string;
  contract_id: string | null;
  list_version_id: string | null;
  is_withdrawn: boolean | number;
  source_id: string;
  source: string;
  valid_from: string;
  valid_to: string | null;
  recorded_at: string;
  /** Text: Postgres sends what may pass 2^53 so, and SQLite is asked to. */
  sequence: string;
}

/** A row of `price_rates`. */
export interface RateRow {
  price_version_id: string;
  token_class: string;
  above_input_tokens: number;
  usd_per_token: string;
}

/** A row of `price_proposals`. */
export interface ProposalRow {
  id: string;
  state: string;
  price_key: string;
  region: string;
  service_tier: string;
  contract_id: string | null;
  terms: string;
  valid_from: string | null;
  valid_to: string | null;
  source_id: string;
  source: string;
  present_version_id: string | null;
  changed_class: string;
  factor: string | null;
  proposed_by: string | null;
  proposed_at: string;
  decided_by: string | null;
  decided_at: string | null;
  reason: string | null;
  version_id: string | null;
}

const termsSchema = z.object({
  rates: priceRatesSchema,
  longContext: z.array(
    z.object({ aboveInputTokens: z.number(), rates: priceRatesSchema }),
  ),
});

/** Versions with their rates, in the order of the rows. */
export function toVersions(
  rows: readonly VersionRow[],
  rateRows: readonly RateRow[],
): BookVersion[] {
  const rates = new Map<string, RateRow[]>();
  for (const row of rateRows) {
    const known = rates.get(row.price_version_id);
    if (known) known.push(row);
    else rates.set(row.price_version_id, [row]);
  }
  return rows.map(row => ({
    id: row.id,
    priceKey: row.price_key,
    region: row.region,
    serviceTier: serviceTierSchema.parse(row.service_tier),
    contractId: row.contract_id ?? undefined,
    listVersionId: row.list_version_id ?? undefined,
    isWithdrawn: Boolean(row.is_withdrawn),
    sourceId: row.source_id,
    source: row.source,
    validFrom: row.valid_from,
    validTo: row.valid_to ?? undefined,
    recordedAt: row.recorded_at,
    sequence: Number(row.sequence),
    ...toTerms(rates.get(row.id) ?? []),
  }));
}

function toTerms(rows: readonly RateRow[]): PriceTerms {
  const byThreshold = new Map<number, PriceRates>([[0, {}]]);
  for (const row of rows) {
    const rates = byThreshold.get(row.above_input_tokens) ?? {};
    rates[pricedClassSchema.parse(row.token_class)] = row.usd_per_token;
    byThreshold.set(row.above_input_tokens, rates);
  }
  const { 0: base, ...above } = Object.fromEntries(byThreshold);
  const longContext: LongContextRates[] = Object.entries(above).map(
    ([threshold, rates]) => ({ aboveInputTokens: Number(threshold), rates }),
  );
  longContext.sort((a, b) => a.aboveInputTokens - b.aboveInputTokens);
  return { rates: base, longContext };
}

/** The rows of a version's rates. */
export function toRateRows(version: BookVersion): RateRow[] {
  return [
    { aboveInputTokens: 0, rates: version.rates },
    ...version.longContext,
  ].flatMap(({ aboveInputTokens, rates }) =>
    Object.entries(rates).map(([pricedClass, usd]) => ({
      price_version_id: version.id,
      token_class: pricedClass,
      above_input_tokens: aboveInputTokens,
      usd_per_token: usd,
    })),
  );
}

export function toProposal(row: ProposalRow): Proposal {
  return {
    id: row.id,
    state: proposalStateSchema.parse(row.state),
    priceKey: row.price_key,
    region: row.region,
    serviceTier: serviceTierSchema.parse(row.service_tier),
    contractId: row.contract_id ?? undefined,
    ...termsSchema.parse(JSON.parse(row.terms)),
    validFrom: row.valid_from ?? undefined,
    validTo: row.valid_to ?? undefined,
    sourceId: row.source_id,
    source: row.source,
    presentVersionId: row.present_version_id ?? undefined,
    changedClass: pricedClassSchema.parse(row.changed_class),
    factor: row.factor ?? undefined,
    proposedBy: row.proposed_by ?? undefined,
    proposedAt: row.proposed_at,
    decidedBy: row.decided_by ?? undefined,
    decidedAt: row.decided_at ?? undefined,
    reason: row.reason ?? undefined,
    versionId: row.version_id ?? undefined,
  };
}

export function toProposalRow(proposal: Proposal): ProposalRow {
  const { rates, longContext } = proposal;
  return {
    id: proposal.id,
    state: proposal.state,
    price_key: proposal.priceKey,
    region: proposal.region,
    service_tier: proposal.serviceTier,
    contract_id: proposal.contractId ?? null,
    terms: JSON.stringify({ rates, longContext }),
    valid_from: proposal.validFrom ?? null,
    valid_to: proposal.validTo ?? null,
    source_id: proposal.sourceId,
    source: proposal.source,
    present_version_id: proposal.presentVersionId ?? null,
    changed_class: proposal.changedClass,
    factor: proposal.factor ?? null,
    proposed_by: proposal.proposedBy ?? null,
    proposed_at: proposal.proposedAt,
    decided_by: proposal.decidedBy ?? null,
    decided_at: proposal.decidedAt ?? null,
    reason: proposal.reason ?? null,
    version_id: proposal.versionId ?? null,
  };
}
