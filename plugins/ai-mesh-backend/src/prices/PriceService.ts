import { LoggerService } from '@backstage/backend-plugin-api';
import { PriceSku } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { randomUUID } from 'node:crypto';
import { FreshValue } from '../caching/FreshValue';
import { ChangeSignal } from '../changes/ChangeSignal';
import { applyContracts } from './applyContracts';
import { findBackDated } from './findBackDated';
import { PlannedChange, planImport } from './planImport';
import { BookVersion, Price, PriceOffer } from './Price';
import { PriceChangeListener } from './PriceChangeListener';
import { PriceContract } from './PriceContract';
import { PinnedVersions } from './PinnedVersions';
import { PinnedPrice, PriceLookup } from './PriceLookup';
import { BookChange, BookView, PriceStore } from './PriceStore';
import { PriceTimeline } from './PriceTimeline';
import { priceFor } from './priceFor';
import { proposeChanges } from './proposals';
import { Restatements } from './Restatements';

const MAX_AGE_MS = 10_000;

const NO_CHANGE: BookChange<void> = {
  versions: [],
  proposals: [],
  decisions: [],
  restatements: [],
  result: undefined,
};

/** What an import is decided with. */
export interface ImportOptions {
  /** The person who uploads; absent: a source. */
  by?: string;
  /** Whether the source of a version still offers it. Default: it does. */
  stillOffers?: (version: BookVersion) => boolean;
  /** Look at the contracts of every price, not only of those that are offered. */
  withAllContracts?: boolean;
}

/** What everything costs, now, at any earlier time, and as it was known at any earlier time. */
export class PriceService implements PriceLookup {
  readonly #options: PriceServiceOptions;
  readonly #current: FreshValue<Present>;
  readonly #pinned: PinnedVersions;
  readonly #restatements: Restatements;

  constructor(options: PriceServiceOptions) {
    this.#options = options;
    this.#pinned = new PinnedVersions(options.store);
    this.#restatements = new Restatements(options);
    this.#current = new FreshValue(() => this.#readAt(options.now()), {
      what: 'the prices in the database',
      maxAgeMs: MAX_AGE_MS,
      now: options.now,
      logger: options.logger,
    });
  }

  /** From now on this one hears of prices that reach back, also of those recorded before. */
  addListener(listener: PriceChangeListener): void {
    this.#restatements.addListener(listener);
  }

  /**
   * The price of a key, such as `openai/gpt-4o`.
   *
   * @param options - `region`: where the target computes; a place without a price of its own has the one for
   *   everywhere. `at`: now when absent; the present price may be ten seconds old. `asOf`: as it was known then
   * @returns undefined when no price of calls is known; never to be taken as zero
   */
  async current(
    priceKey: string,
    options: { region?: string; at?: Date; asOf?: Date } = {},
  ): Promise<Price | undefined> {
    const { region = '', at, asOf } = options;
    // evaluated when it was read: in between a version may have ended, and the next one is not here yet
    const { timeline, moment } =
      at || asOf
        ? await this.#readAt(at ?? this.#options.now(), asOf)
        : await this.#current.get();
    return priceFor(timeline, { priceKey, region }, moment);
  }

  async #readAt(at: Date, asOf?: Date): Promise<Present> {
    const versions = await this.#options.store.validAt(at, { asOf });
    return { timeline: new PriceTimeline(versions), moment: at.toISOString() };
  }

  /** The versions that hold now, list and contracts, in no order. At most ten seconds old. */
  async inForce(): Promise<BookVersion[]> {
    const { timeline } = await this.#current.get();
    return timeline
      .keys()
      .flatMap(key => timeline.versionsOf(key))
      .filter(each => !each.isWithdrawn);
  }

  async history(sku: PriceSku): Promise<BookVersion[]> {
    return this.#options.store.history(sku);
  }

  async versionsOf(
    priceVersionIds: readonly string[],
  ): Promise<Map<string, PinnedPrice>> {
    return this.#pinned.of(priceVersionIds);
  }

  /** What {@link PriceService.import} would do. */
  async preview(
    offers: readonly PriceOffer[],
    options: ImportOptions = {},
  ): Promise<PlannedChange[]> {
    let planned: PlannedChange[] = [];
    await this.#options.store.change(
      { keys: keysOf(offers, options) },
      view => {
        const at = momentOf(view, this.#options.now());
        planned = planImport(offers, planContext(view, at, options));
        return NO_CHANGE;
      },
    );
    return planned;
  }

  /**
   * Takes offers over. What changes a rate more than five times waits for a person; what the book says already
   * is left alone; what is not offered any more keeps its last price, as no price would mean no service.
   */
  async import(
    offers: readonly PriceOffer[],
    options: ImportOptions = {},
  ): Promise<PlannedChange[]> {
    const change = await this.change(keysOf(offers, options), (view, at) => {
      const context = planContext(view, at, options);
      const planned = planImport(offers, context);
      const { added, decisions } = proposeChanges(planned, view.proposals, {
        ...context,
        by: options.by,
      });
      return {
        planned,
        versions: planned.flatMap(each => each.version ?? []),
        proposals: added,
        decisions,
      };
    });
    for (const { priceKey, changedClass, factor, source } of change.proposals) {
      this.#options.logger.warn(
        `The price of ${priceKey} by ${source} waits for a person: ${changedClass} ${
          factor === undefined
            ? 'goes to or from zero'
            : `changes ${factor} times`
        }`,
      );
    }
    return change.planned;
  }

  /**
   * Changes the book under its lock, brings the contracts up to it, and tells of what reaches back.
   *
   * @param priceKeys - the prices that `decide` sees; all when absent
   * @param decide - free of effects, as it may run more than once; throws to change nothing
   */
  async change<T extends Decided>(
    priceKeys: readonly string[] | undefined,
    decide: (view: BookView, at: string) => T,
  ): Promise<T> {
    const { store, contracts = [], changes } = this.#options;
    const { decided, isChanged, reachesBack } = await store.change(
      { keys: priceKeys },
      view => {
        const at = momentOf(view, this.#options.now());
        const before = new PriceTimeline(view.versions, view.lastSequence);
        const after = before.copy();
        const change = decide(view, at);
        for (const version of change.versions) after.add(version);
        const context = { at, contracts, newId: randomUUID };
        const keys = after.keys();
        const contracted = applyContracts(after, { ...context, keys });
        const added = [...change.versions, ...contracted];
        const restatements = findBackDated({
          ...context,
          before,
          after,
          added,
        });
        const result = {
          decided: change,
          isChanged: added.length > 0,
          reachesBack: restatements.length > 0,
        };
        const { proposals, decisions } = change;
        return { versions: added, proposals, decisions, restatements, result };
      },
    );
    if (isChanged) {
      this.#current.expire();
      changes.changed();
    }
    if (reachesBack) await this.#restatements.deliver();
    return decided;
  }

  /** @see Restatements.deliver */
  async deliverRestatements(): Promise<void> {
    await this.#restatements.deliver();
  }
}

/** The versions that hold at a moment. */
interface Present {
  timeline: PriceTimeline;
  moment: string;
}

/** What of a change is decided; contracts and corrections follow from it. */
type Decided = Pick<
  BookChange<unknown>,
  'versions' | 'proposals' | 'decisions'
>;

/**
 * When a change is recorded: now, but never before what stands there. The clock of the replica that recorded it
 * may be ahead of ours, and what it just took would be taken again.
 */
function momentOf(view: BookView, now: Date): string {
  return view.versions.reduce(
    (latest, { recordedAt }) => (recordedAt > latest ? recordedAt : latest),
    now.toISOString(),
  );
}

function planContext(view: BookView, at: string, options: ImportOptions) {
  return {
    timeline: new PriceTimeline(view.versions, view.lastSequence),
    at,
    newId: randomUUID,
    stillOffers: options.stillOffers ?? (() => true),
  };
}

function keysOf(
  offers: readonly PriceOffer[],
  options: ImportOptions,
): string[] | undefined {
  if (options.withAllContracts) return undefined;
  return [...new Set(offers.map(each => each.priceKey))];
}

/** What a {@link PriceService} works with. */
export interface PriceServiceOptions {
  store: PriceStore;
  contracts?: readonly PriceContract[];
  changes: ChangeSignal;
  logger: LoggerService;
  now: () => Date;
}
