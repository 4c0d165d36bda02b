import {
  formatUsdExact,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { SinkLine } from '@sovereign-ai-mesh/plugin-ai-mesh-node';

/** A line as a row of the table; numbers that a JSON number cannot hold are text, which ClickHouse reads exactly. */
export function toRow(line: SinkLine): Record<string, unknown> {
  return {
    id: line.id,
    request_id: line.requestId,
    attempt: line.attempt,
    line_no: line.lineNo,
    revision: line.revision,
    occurred_at: line.occurredAt,
    posted_at: line.postedAt,
    booked_at: line.bookedAt,
    department_ref: line.departmentRef,
    model: line.model,
    cost_centre: line.costCentre,
    application_ref: line.applicationRef,
    provider: line.provider,
    region: line.region,
    service_tier: line.serviceTier,
    charge_class: line.chargeClass,
    source: line.source,
    key_id: line.keyId,
    requested_model: line.requestedModel,
    served_because: line.servedBecause,
    target_id: line.targetId,
    price_version_id: line.priceVersionId,
    debit_account: line.debitAccount,
    credit_account: line.creditAccount,
    replica_id: line.replicaId,
    flags: line.flags,
    calls: line.calls,
    quantity: line.quantity,
    cost_usd: toUsd(line.costPicoUsd),
    avoided_usd: toUsd(line.avoidedPicoUsd),
  };
}

function toUsd(pico: string): string {
  return formatUsdExact(picoUsd(BigInt(pico)));
}
