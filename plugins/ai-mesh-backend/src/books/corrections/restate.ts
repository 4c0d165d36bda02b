import {
  picoUsd,
  TokenClass,
  tokenClassSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { payableTo } from '../../ledger/accounts';
import { LedgerLine } from '../../ledger/LedgerLine';
import { LineFlag } from '../../ledger/lineFlags';
import { PinnedPrice } from '../../ledger/PinnedPrice';
import { PriceCheck } from '../../ledger/priceCheck';
import { StoredLine } from './RepricingStore';

/** What was odd about the usage itself stays odd; what was odd about its booking does not concern a correction. */
const LASTING: ReadonlySet<LineFlag> = new Set<LineFlag>([
  'estimated',
  'usage-mismatch',
  'unpriced-class',
  'unknown-key',
  'unknown-department',
]);

/** A price that holds in place of another one. */
export interface Restatement {
  priceVersionId: string;
  price: PinnedPrice;
  /** Whether a line was booked at a price that does not hold any more. */
  isStale: (line: StoredLine) => boolean;
  /** Knows the new version. */
  check: PriceCheck;
  /** The departments whose budgets a department's cost counts against, its own first. */
  pathOf: (departmentRef: string) => readonly string[];
}

/**
 * The correction of one attempt: for each line that is stale a reversal, which takes back what was booked, and a
 * restatement at the new price. The whole attempt is looked at, because its input decides about long prompts.
 *
 * What a call saved is not worked out anew: it was compared with a model that had another price.
 *
 * @param lines - of one attempt, with all their revisions
 * @returns nothing when no line is stale: the correction of a correction that was made already
 */
export function restateAttempt(
  lines: readonly StoredLine[],
  restatement: Restatement,
): LedgerLine[] {
  const present = presentLines(lines);
  const usage = present.flatMap(line => {
    const tokenClass = tokenClassSchema.safeParse(line.chargeClass);
    if (!tokenClass.success) return [];
    return [
      { line, isStale: restatement.isStale(line), tokenClass: tokenClass.data },
    ];
  });
  if (!usage.some(each => each.isStale)) return [];
  const checked = restatement.check({
    servedBecause: usage[0].line.servedBecause,
    lines: usage.map(({ line, isStale, tokenClass }) =>
      toUsageLine(
        line,
        tokenClass,
        isStale ? restatement.priceVersionId : line.priceVersionId,
      ),
    ),
  });
  return usage.flatMap(({ line, isStale }, index) => {
    if (!isStale) return [];
    const { priceVersionId, price, pathOf } = restatement;
    const flags = line.flags.filter(flag => LASTING.has(flag));
    const departmentPath = pathOf(line.departmentRef);
    const reversal: LedgerLine = {
      ...line,
      revision: line.revision + 1,
      quantity: -line.quantity,
      cost: picoUsd(-line.cost),
      avoided: picoUsd(-line.avoided),
      flags,
      departmentPath,
    };
    const corrected: LedgerLine = {
      ...line,
      revision: line.revision + 2,
      priceVersionId,
      aboveInputTokens: checked[index].aboveInputTokens,
      provider: price.provider,
      region: price.region,
      serviceTier: price.serviceTier,
      credit: payableTo(price.provider),
      cost: checked[index].cost,
      flags,
      departmentPath,
    };
    return [reversal, corrected];
  });
}

/** Of each line the revision that holds. */
function presentLines(lines: readonly StoredLine[]): StoredLine[] {
  const latest = new Map<number, StoredLine>();
  for (const line of lines) {
    const known = latest.get(line.lineNo);
    if (!known || known.revision < line.revision) latest.set(line.lineNo, line);
  }
  return [...latest.values()].sort((a, b) => a.lineNo - b.lineNo);
}

function toUsageLine(
  line: StoredLine,
  tokenClass: TokenClass,
  priceVersionId: string,
) {
  return {
    tokenClass,
    tokens: line.quantity,
    priceVersionId,
    costPicoUsd: line.cost,
  };
}
