import { LoggerService } from '@backstage/backend-plugin-api';
import { UsageRecord } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentService } from '../departments/DepartmentService';
import { LedgerLine, UsageSource } from './LedgerLine';
import { LedgerStore } from './LedgerStore';
import { LineFlag } from './lineFlags';
import { PinnedPrices } from './PinnedPrice';
import { createPriceCheck } from './priceCheck';
import { createLineMaker, KnownKeys } from './usageToLines';

/** Oddities that somebody should look at soon. */
const WORTH_A_WARNING: readonly LineFlag[] = [
  'cost-mismatch',
  'unknown-price',
  'unknown-key',
  'clock-skew',
];

/** Where a batch of usage comes from. */
export interface BookingOrigin {
  source: UsageSource;
  /** The gateway that delivered it; absent for imported history. */
  replicaId?: string;
}

/** How many of what was given were new. */
export interface BookingResult {
  booked: number;
  repeated: number;
}

/** Books what gateways measured, and every other posting. */
export class LedgerService {
  readonly #store: LedgerStore;
  readonly #departments: DepartmentService;
  readonly #prices: PinnedPrices;
  readonly #keys: KnownKeys;
  readonly #logger: LoggerService;

  constructor(options: {
    store: LedgerStore;
    departments: DepartmentService;
    prices: PinnedPrices;
    keys: KnownKeys;
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#departments = options.departments;
    this.#prices = options.prices;
    this.#keys = options.keys;
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
  ): Promise<BookingResult> {
    if (records.length === 0) return { booked: 0, repeated: 0 };
    const keyIds = new Set(records.map(record => record.keyId));
    const [tree, check, knownKeys] = await Promise.all([
      this.#departments.tree(),
      createPriceCheck(this.#prices, records),
      this.#keys.knownOf([...keyIds]),
    ]);
    const toLines = createLineMaker({ tree, check, knownKeys, origin });
    const fresh = await this.#store.book(records.flatMap(toLines));
    for (const flag of WORTH_A_WARNING) this.#warnOf(flag, fresh, origin);
    const booked = new Set(fresh.map(attemptKeyOf)).size;
    return { booked, repeated: records.length - booked };
  }

  /**
   * Posts lines that are no usage of a gateway: machines, corrections, adjustments. Each at most once.
   *
   * @param lines - with request ids that are the same each time the same thing is posted
   * @returns how many lines were new, and how many had been posted before
   */
  async post(lines: readonly LedgerLine[]): Promise<BookingResult> {
    const fresh = await this.#store.book(lines);
    return { booked: fresh.length, repeated: lines.length - fresh.length };
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

function attemptKeyOf(line: LedgerLine): string {
  return `${line.attempt}/${line.requestId}`;
}
