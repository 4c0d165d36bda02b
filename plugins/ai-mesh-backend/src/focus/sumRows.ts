import {
  ChargeClass,
  picoUsd,
  ServedBecause,
  ServiceTier,
  tokenClassSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { UsageSource } from '../ledger/LedgerLine';
import { FocusCharge } from './FocusCharge';

const CALL_CLASSES: ReadonlySet<string> = new Set(tokenClassSchema.options);

/** The columns of `ledger_dimensions` that a charge is made of. */
export const ABOUT_COLUMNS = [
  'department_ref',
  'cost_centre',
  'application_ref',
  'key_id',
  'model',
  'requested_model',
  'served_because',
  'target_id',
  'provider',
  'region',
  'service_tier',
  'charge_class',
  'price_version_id',
  'above_input_tokens',
  'source',
] as const;

/** A row of sums with what it is about; amounts as text, because a JavaScript number loses digits. */
export interface SumRow {
  dimension_id: number;
  requests: string;
  quantity: string;
  cost: string;
  estimated: string;
  avoided: string;
  department_ref: string;
  cost_centre: string | null;
  application_ref: string;
  key_id: string;
  model: string;
  requested_model: string | null;
  served_because: ServedBecause;
  target_id: string;
  provider: string;
  region: string;
  service_tier: ServiceTier;
  charge_class: ChargeClass;
  price_version_id: string;
  above_input_tokens: number;
  source: UsageSource;
}

/** Sums by dimension of one day: from the roll-up, or of lines that correct a closed month. */
export interface DayOfSums {
  month: string;
  /** Epoch milliseconds. */
  day: number;
  /** What was posted for it after its month was closed: what was added, or what was taken back. */
  correction?: 'added' | 'taken-back';
  departmentRefs?: readonly string[];
}

/** What rows say. What was booked and taken back within the month leaves nothing, and has no row. */
export function toCharges(
  rows: readonly SumRow[],
  day: DayOfSums,
): FocusCharge[] {
  return rows.map(row => toCharge(row, day)).filter(isSomething);
}

function isSomething(charge: FocusCharge): boolean {
  const { quantity, requests, cost, estimated, avoided } = charge;
  return [quantity, requests, cost, estimated, avoided].some(each => each);
}

function toCharge(
  row: SumRow,
  { month, day, correction }: DayOfSums,
): FocusCharge {
  const isCall = CALL_CLASSES.has(row.charge_class);
  return {
    month,
    day,
    isCorrection: correction !== undefined,
    about: toAbout(row),
    quantity: BigInt(row.quantity),
    requests: isCall ? BigInt(row.requests) : 0n,
    cost: picoUsd(BigInt(row.cost)),
    estimated: picoUsd(BigInt(row.estimated)),
    avoided: picoUsd(BigInt(row.avoided)),
  };
}

function toAbout(row: SumRow): FocusCharge['about'] {
  return {
    departmentRef: row.department_ref,
    costCentre: row.cost_centre ?? undefined,
    applicationRef: row.application_ref,
    keyId: row.key_id,
    model: row.model,
    requestedModel: row.requested_model ?? undefined,
    servedBecause: row.served_because,
    targetId: row.target_id,
    provider: row.provider,
    region: row.region,
    serviceTier: row.service_tier,
    chargeClass: row.charge_class,
    priceVersionId: row.price_version_id,
    ...(row.above_input_tokens > 0 && {
      aboveInputTokens: row.above_input_tokens,
    }),
    source: row.source,
  };
}
