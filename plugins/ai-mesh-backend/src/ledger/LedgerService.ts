import { LoggerService } from '@backstage/backend-plugin-api';
import { picoUsd, UsageRecord } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentService } from '../departments/DepartmentService';
import { DepartmentTree } from '../departments/DepartmentTree';
import { PriceLookup } from '../prices/PriceLookup';
import { LedgerLine, LineFlag, UsageSource } from './LedgerLine';
import { LedgerStore } from './LedgerStore';
import { createPriceCheck, PriceCheck } from './priceCheck';

const NOTHING = picoUsd(0n);

/** Where a batch of usage comes from. */
export interface BookingOrigin {
  source: UsageSource;
  /** The gateway that delivered it; absent for imported history. */
  replicaId?: string;
}

/** Books what gateways measured. */
export class LedgerService {
  readonly #store: LedgerStore;
  readonly #departments: DepartmentService;
  readonly #prices: PriceLookup;
  readonly #logger: LoggerService;

  constructor(options: {
    store: LedgerStore;
    departments: DepartmentService;
    prices: PriceLookup;
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#departments = options.departments;
    this.#prices = options.prices;
    this.#logger = options.logger;
  }

  /**
   * Books usage records, each at most once however often it is delivered.
   *
   * @param records - checked against `usageRecordSchema`
   * @returns how many records were new, and how many had been booked before
   */
  async book(
    records: readonly UsageRecord[],
    origin: BookingOrigin,
  ): Promise<{ booked: number; repeated: number }> {
    if (records.length === 0) return { booked: 0, repeated: 0 };
    const [tree, check] = await Promise.all([
      this.#departments.tree(),
      createPriceCheck(this.#prices, records),
    ]);
    const toLines = createLineMaker({ tree, check, origin });
    const fresh = await this.#store.book(records.flatMap(toLines));
    this.#warnOf('cost-mismatch', fresh, origin);
    this.#warnOf('unknown-price', fresh, origin);
    const booked = new Set(fresh.map(attemptKeyOf)).size;
    return { booked, repeated: records.length - booked };
  }

  /** One warning a batch, whatever its size: a wrong price must not flood the log. */
  #warnOf(
    flag: LineFlag,
    lines: readonly LedgerLine[],
    origin: BookingOrigin,
  ): void {
    const flagged = lines.filter(line => line.flags.includes(flag));
    if (flagged.length === 0) return;
    this.#logger.warn(`Booked ${flagged.length} ledger lines as ${flag}`, {
      replicaId: origin.replicaId ?? '',
      priceVersionId: flagged[0].priceVersionId,
      requestId: flagged[0].requestId,
    });
  }
}

function createLineMaker(options: {
  tree: DepartmentTree;
  check: PriceCheck;
  origin: BookingOrigin;
}): (record: UsageRecord) => LedgerLine[] {
  const { tree, check, origin } = options;
  const paths = new Map<string, readonly string[]>();
  const pathOf = (ref: string) => {
    let path = paths.get(ref);
    if (!path) {
      const known = tree.pathOf(ref);
      // a department that left the catalog still spent what it spent
      path = known.length > 0 ? known : [ref];
      paths.set(ref, path);
    }
    return path;
  };
  return record => {
    const {
      lines,
      occurredAt,
      durationMs,
      streamed,
      avoidedPicoUsd,
      ...shared
    } = record;
    const common = {
      ...shared,
      ...origin,
      revision: 0,
      occurredAt: new Date(occurredAt),
      departmentPath: pathOf(record.departmentRef),
      costCentre: tree.find(record.departmentRef)?.costCentre,
    };
    return lines.map((line, lineNo) => ({
      ...common,
      ...check(line, record),
      lineNo,
      avoided: lineNo === 0 && avoidedPicoUsd ? avoidedPicoUsd : NOTHING,
      tokenClass: line.tokenClass,
      tokens: line.tokens,
      priceVersionId: line.priceVersionId,
    }));
  };
}

function attemptKeyOf(line: LedgerLine): string {
  return `${line.attempt}/${line.requestId}`;
}
