import {
  KeyId,
  picoUsd,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentTree } from '../departments/DepartmentTree';
import { Account, expenseOf, payableTo, suspenseFor } from './accounts';
import { LedgerLine, UsageSource } from './LedgerLine';
import { LineFlag } from './lineFlags';
import { CheckedLine, PriceCheck } from './priceCheck';

const NOTHING = picoUsd(0n);

/** Who is owed while nobody knows. */
const UNKNOWN_PROVIDER = 'unknown';

/** Which keys were ever issued. */
export interface KnownKeys {
  /** Those of the ids that are on record, revoked ones too. */
  knownOf(ids: readonly KeyId[]): Promise<ReadonlySet<KeyId>>;
}

/** A department as every line of it needs it. */
interface Payer {
  path: readonly string[];
  costCentre?: string;
  isKnown: boolean;
}

/** Makes the ledger lines of usage records. Nothing is dropped: what cannot be charged goes to a suspense account. */
export function createLineMaker(options: {
  tree: DepartmentTree;
  check: PriceCheck;
  knownKeys: ReadonlySet<KeyId>;
  origin: { source: UsageSource; replicaId?: string };
}): (record: UsageRecord) => LedgerLine[] {
  const { check, knownKeys, origin } = options;
  const payerOf = rememberPayers(options.tree);
  return record => {
    const payer = payerOf(record.departmentRef);
    const isKnownKey = knownKeys.has(record.keyId);
    const occurredAt = new Date(record.occurredAt);
    const checked = check(record);
    return record.lines.map((line, lineNo) => {
      const { price, aboveInputTokens, cost, flags } = checked[lineNo];
      return {
        requestId: record.requestId,
        attempt: record.attempt,
        lineNo,
        revision: 0,
        occurredAt,
        departmentRef: record.departmentRef,
        departmentPath: payer.path,
        costCentre: payer.costCentre,
        applicationRef: record.applicationRef,
        keyId: record.keyId,
        model: record.model,
        requestedModel: record.requestedModel,
        servedBecause: record.servedBecause,
        targetId: record.targetId,
        provider: price?.provider ?? UNKNOWN_PROVIDER,
        region: price?.region ?? '',
        serviceTier: record.serviceTier,
        chargeClass: line.tokenClass,
        priceVersionId: line.priceVersionId,
        aboveInputTokens,
        source: origin.source,
        debit: debitOf(record, { price, payer, isKnownKey }),
        credit: payableTo(price?.provider ?? UNKNOWN_PROVIDER),
        quantity: line.tokens,
        cost,
        avoided:
          lineNo === 0 && record.avoidedPicoUsd
            ? record.avoidedPicoUsd
            : NOTHING,
        flags: flagsOf(record, flags, { payer, isKnownKey }),
        leaseId: record.leaseId,
        replicaId: origin.replicaId,
      };
    });
  };
}

function rememberPayers(tree: DepartmentTree): (ref: string) => Payer {
  const payers = new Map<string, Payer>();
  return ref => {
    let payer = payers.get(ref);
    if (!payer) {
      const known = tree.pathOf(ref);
      payer = {
        // a department that left the catalog still spent what it spent
        path: known.length > 0 ? known : [ref],
        costCentre: tree.find(ref)?.costCentre,
        isKnown: known.length > 0,
      };
      payers.set(ref, payer);
    }
    return payer;
  };
}

/** Whose cost it is. Budgets count it in any case: money that was spent is spent. */
function debitOf(
  record: UsageRecord,
  about: Pick<CheckedLine, 'price'> & { payer: Payer; isKnownKey: boolean },
): Account {
  if (!about.price) return suspenseFor('unknown-price');
  if (!about.payer.isKnown) return suspenseFor('unknown-department');
  if (!about.isKnownKey) return suspenseFor('unknown-key');
  return expenseOf(record.departmentRef);
}

function flagsOf(
  record: UsageRecord,
  checked: readonly LineFlag[],
  about: { payer: Payer; isKnownKey: boolean },
): LineFlag[] {
  const flags: LineFlag[] = [...checked, ...record.oddities];
  if (record.estimated) flags.push('estimated');
  if (!about.payer.isKnown) flags.push('unknown-department');
  if (!about.isKnownKey) flags.push('unknown-key');
  return flags;
}
