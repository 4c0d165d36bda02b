import {
  SinkLine,
  SinkLineAbout,
} from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { Account } from '../ledger/accounts';
import { BookedLine } from '../ledger/BookedLine';
import { LineAbout, lineKeyOf } from '../ledger/LedgerLine';
import { countsCall } from '../ledger/rollup';

/** What a sink is told of a booked line. */
export function toSinkLine(booked: BookedLine, bookedAt: Date): SinkLine {
  const { line, postedAt, flags } = booked;
  return {
    version: 1,
    id: lineKeyOf(line),
    requestId: line.requestId,
    attempt: line.attempt,
    lineNo: line.lineNo,
    revision: line.revision,
    occurredAt: line.occurredAt.toISOString(),
    postedAt: postedAt.toISOString(),
    bookedAt: bookedAt.toISOString(),
    ...toSinkAbout(line),
    calls: countsCall(line) ? 1 : 0,
    quantity: String(line.quantity),
    costPicoUsd: String(line.cost),
    avoidedPicoUsd: String(line.avoided),
    flags: [...flags],
    replicaId: line.replicaId ?? '',
  };
}

function toSinkAbout(about: LineAbout): SinkLineAbout {
  return {
    departmentRef: about.departmentRef,
    costCentre: about.costCentre ?? '',
    applicationRef: about.applicationRef,
    keyId: about.keyId,
    model: about.model,
    requestedModel: about.requestedModel ?? '',
    servedBecause: about.servedBecause,
    targetId: about.targetId,
    provider: about.provider,
    region: about.region,
    serviceTier: about.serviceTier,
    chargeClass: about.chargeClass,
    priceVersionId: about.priceVersionId,
    source: about.source,
    debitAccount: nameOf(about.debit),
    creditAccount: nameOf(about.credit),
  };
}

function nameOf({ kind, owner }: Account): string {
  return `${kind}:${owner}`;
}
