import { LoggerService } from '@backstage/backend-plugin-api';
import {
  PriceSku,
  Repricing,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentService } from '../../departments/DepartmentService';
import { LedgerService } from '../../ledger/LedgerService';
import { PinnedPrices } from '../../ledger/PinnedPrice';
import { DayNumber, dayAfter, dayOf } from '../../ledger/posting';
import { createPriceCheck } from '../../ledger/priceCheck';
import { ModelSnapshotSource } from '../../models/ModelSnapshotSource';
import { BookVersion } from '../../prices/Price';
import {
  BackDatedChange,
  PriceChangeListener,
} from '../../prices/PriceChangeListener';
import { formatDay, startOfDay } from '../monthNumber';
import { RepricingState, RepricingStore, StoredLine } from './RepricingStore';
import { restateAttempt, Restatement } from './restate';

const DAY_MS = 86_400_000;
/** Requests that are corrected in one posting. */
const REQUESTS_A_PAGE = 250;
/** Gateways deliver what they owe within this time; what comes later at an old price is corrected by nobody. */
const LATE_USAGE_MS = 7 * DAY_MS;
const PRESENT = 20;

/** Versions of prices, with the order in which they were recorded. */
export interface PriceHistory {
  history(
    sku: PriceSku,
  ): Promise<readonly Pick<BookVersion, 'id' | 'sequence'>[]>;
}

/**
 * Corrects what was booked at a price that turned out to be another one. Lines are never changed: each is reversed
 * and restated by further lines, which count for the day of their booking where the month is closed.
 */
export class RepricingService implements PriceChangeListener {
  readonly #options: RepricingOptions;

  constructor(options: RepricingOptions) {
    this.#options = options;
  }

  /** Remembers the change; {@link RepricingService.run} corrects, so that whoever approves a price need not wait. */
  async onBackDated(change: BackDatedChange): Promise<void> {
    const { store, now } = this.#options;
    const nextDay = dayOf(new Date(change.from));
    await store.add(change, { nextDay, at: now() });
  }

  /**
   * Works through the changes that are not done. May be stopped, or die, at any point: it goes on with the day that it
   * was at, and what was posted is not posted again.
   *
   * @returns how many lines were restated
   */
  async run(signal?: AbortSignal): Promise<bigint> {
    let restated = 0n;
    for (const state of await this.#options.store.open()) {
      restated += await this.#runOne(state, signal);
    }
    return restated;
  }

  /** Looks again at the changes of the last days, for usage that came late and had been priced before. */
  async runAgain(signal?: AbortSignal): Promise<bigint> {
    const { store, now } = this.#options;
    const finishedSince = new Date(now().getTime() - LATE_USAGE_MS);
    await store.reopen({ finishedSince });
    return this.run(signal);
  }

  /** The last corrections, for people. */
  async list(): Promise<Repricing[]> {
    const states = await this.#options.store.list({ limit: PRESENT });
    return states.map(({ change, restated, startedAt, finishedAt }) => ({
      id: change.id,
      priceKey: change.priceKey,
      region: change.region,
      serviceTier: change.serviceTier,
      from: change.from,
      to: change.to,
      restated,
      startedAt: startedAt.toISOString(),
      ...(finishedAt && { finishedAt: finishedAt.toISOString() }),
    }));
  }

  async #runOne(state: RepricingState, signal?: AbortSignal): Promise<bigint> {
    const { store, logger, now, keptFrom } = this.#options;
    const { change } = state;
    const { id, priceKey } = change;
    const last = dayOf(new Date(Date.parse(change.to) - 1));
    const restatement = await this.#restatementOf(change);
    let sum = 0n;
    if (restatement) {
      let day = Math.max(state.nextDay, await keptFrom());
      for (; day <= last; day = dayAfter(day)) {
        if (signal?.aborted) return sum;
        const restated = await this.#restateDay(day, change, restatement);
        sum += restated;
        await store.progress(id, { nextDay: dayAfter(day), restated });
        if (restated > 0n) {
          logger.info(
            `Restated ${restated} ledger lines of ${formatDay(
              day,
            )} at the price of ${priceKey} that holds since ${change.from}`,
          );
        }
      }
    }
    await store.progress(id, {
      nextDay: dayAfter(last),
      restated: 0n,
      finishedAt: now(),
    });
    return sum;
  }

  async #restateDay(
    day: DayNumber,
    change: BackDatedChange,
    {
      priceVersionIds,
      ...restatement
    }: Restatement & {
      priceVersionIds: readonly string[];
    },
  ): Promise<bigint> {
    const { store, ledger } = this.#options;
    const from = Math.max(Date.parse(change.from), startOfDay(day));
    const to = Math.min(Date.parse(change.to), startOfDay(day) + DAY_MS);
    let restated = 0n;
    let after = '';
    for (;;) {
      const requestIds = await store.staleRequests({
        ...{ day, priceVersionIds, from, to, after },
        limit: REQUESTS_A_PAGE,
      });
      if (requestIds.length === 0) return restated;
      const lines = await store.linesOf(day, requestIds);
      const corrections = byAttempt(lines).flatMap(attempt =>
        restateAttempt(attempt, restatement),
      );
      const { booked } = await ledger.post(corrections);
      restated += BigInt(booked) / 2n; // a reversal and a restatement each
      after = requestIds[requestIds.length - 1];
    }
  }

  /** @returns undefined when nothing can have been booked at another price */
  async #restatementOf(
    change: BackDatedChange,
  ): Promise<(Restatement & { priceVersionIds: string[] }) | undefined> {
    const { prices, departments, logger } = this.#options;
    const { versionId } = change;
    const priceVersionIds = await this.#replacedVersions(change);
    const versions = await prices.versionsOf([versionId, ...priceVersionIds]);
    const price = versions.get(versionId);
    if (!price) {
      logger.warn(
        `Cannot restate at the price version ${versionId} of ${change.priceKey}: it is not in the price book`,
      );
      return undefined;
    }
    if (priceVersionIds.length === 0) return undefined;
    const [tree, regions, check] = await Promise.all([
      departments.tree(),
      this.#targetRegions(change),
      createPriceCheck(prices, [checkedAt(versionId)]),
    ]);
    const stale = new Set(priceVersionIds);
    const [from, to] = [Date.parse(change.from), Date.parse(change.to)];
    return {
      ...{ priceVersionIds, priceVersionId: versionId, price, check },
      isStale: line =>
        stale.has(line.priceVersionId) &&
        line.occurredAt.getTime() >= from &&
        line.occurredAt.getTime() < to &&
        // a price for everywhere gave way to one for a region: only what was computed there is concerned
        (line.region === change.region ||
          regions.get(line.targetId) === change.region),
      pathOf: ref => {
        const path = tree.pathOf(ref);
        return path.length > 0 ? path : [ref];
      },
    };
  }

  /**
   * The versions whose lines are stale: the one that held, and those of the same price that were recorded before. A
   * later one is left alone, as its own change comes or has come; so no two changes undo each other for ever.
   */
  async #replacedVersions(change: BackDatedChange): Promise<string[]> {
    const { priceKey, region, serviceTier, versionId } = change;
    const versions = await this.#options.history.history({
      priceKey,
      region,
      serviceTier,
    });
    const sequence = versions.find(each => each.id === versionId)?.sequence;
    const earlier = versions
      .filter(each => sequence !== undefined && each.sequence < sequence)
      .map(each => each.id);
    const { replacedVersionId } = change;
    return [
      ...new Set([
        ...earlier,
        ...(replacedVersionId ? [replacedVersionId] : []),
      ]),
    ].filter(id => id !== versionId);
  }

  /** Where the targets of today compute; needed only when the price is of a region. */
  async #targetRegions(
    change: BackDatedChange,
  ): Promise<ReadonlyMap<string, string>> {
    const regions = new Map<string, string>();
    if (change.region === '') return regions;
    for (const { targets } of await this.#options.models.forSnapshot()) {
      for (const { id, region } of targets) {
        if (region !== undefined) regions.set(id, region);
      }
    }
    return regions;
  }
}

function checkedAt(priceVersionId: string) {
  const nothing = { tokens: 0n, costPicoUsd: ZERO_PICO_USD };
  return {
    servedBecause: 'requested' as const,
    lines: [{ tokenClass: 'input' as const, priceVersionId, ...nothing }],
  };
}

function byAttempt(lines: readonly StoredLine[]): StoredLine[][] {
  const attempts = new Map<string, StoredLine[]>();
  for (const line of lines) {
    const key = `${line.attempt}/${line.requestId}`;
    const known = attempts.get(key);
    if (known) known.push(line);
    else attempts.set(key, [line]);
  }
  return [...attempts.values()];
}

/** What a {@link RepricingService} works with. */
export interface RepricingOptions {
  store: RepricingStore;
  ledger: Pick<LedgerService, 'post'>;
  prices: PinnedPrices;
  history: PriceHistory;
  models: ModelSnapshotSource;
  departments: DepartmentService;
  /** The first day whose lines are all kept. */
  keptFrom: () => Promise<DayNumber>;
  logger: LoggerService;
  now: () => Date;
}
