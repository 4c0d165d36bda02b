import { LoggerService, SchedulerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { PriceSource } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { checkOffer } from './checkOffer';
import { PlannedChange } from './planImport';
import { BookVersion, PriceOffer } from './Price';
import { PriceContract } from './PriceContract';
import { PriceService } from './PriceService';
import { skuId } from './PriceTimeline';
import { readPriceFile } from './readPriceFile';
import { readPublicPrices } from './readPublicPrices';
import { SOURCE_IDS } from './sourceRank';

const A_DAY = { hours: 24 };
const READ_TIMEOUT = { minutes: 10 };

/** Reads prices from where they come: at start, and again every day. */
export class PriceSources {
  readonly #options: PriceSourcesOptions;
  /** What the files offer, as they could be read last. */
  #fileOffers: readonly PriceOffer[] | undefined;

  constructor(options: PriceSourcesOptions) {
    this.#options = options;
  }

  /**
   * Takes over what needs no network: the bundled table, the files, the contracts and the configuration.
   * A file that cannot be read changes nothing, and stops nothing else.
   */
  async readOwn(): Promise<void> {
    const { configured, contracts, prices, now, logger } = this.#options;
    const files = await this.#readFiles();
    this.#fileOffers = files ?? this.#fileOffers;
    const changes = await prices.import(
      [
        ...readPublicPrices({ at: now(), logger }),
        ...(files ?? []),
        ...contracts.flatMap(each => each.offers),
        ...configured,
      ],
      { stillOffers: this.stillOffers, withAllContracts: true },
    );
    this.#log('own price lists', changes);
  }

  /** Whether the source of a version still offers it. What a person uploaded stands until the next upload. */
  readonly stillOffers = ({ sourceId, ...version }: BookVersion): boolean => {
    const offers = (all: readonly PriceOffer[]) =>
      all.some(each => skuId(each) === skuId(version));
    const { configured, files, modules } = this.#options;
    switch (sourceId) {
      case SOURCE_IDS.configuration:
        return offers(configured);
      case SOURCE_IDS.file:
        if (files.length === 0) return false;
        return !this.#fileOffers || offers(this.#fileOffers);
      case SOURCE_IDS.bundled:
      case SOURCE_IDS.upload:
        return true;
      default:
        return modules.some(each => each.id === sourceId);
    }
  };

  /** Reads every source again, each in its time and on one replica, and repeats what could not be corrected. */
  async start(scheduler: SchedulerService): Promise<void> {
    const { prices, modules } = this.#options;
    await scheduler.scheduleTask({
      id: 'read-own-prices',
      frequency: A_DAY,
      timeout: READ_TIMEOUT,
      initialDelay: A_DAY,
      fn: () => this.readOwn(),
    });
    for (const source of modules) {
      await scheduler.scheduleTask({
        id: `read-prices-of-${source.id}`,
        frequency: source.every ?? A_DAY,
        timeout: READ_TIMEOUT,
        initialDelay: { seconds: 30 },
        fn: signal => this.readModule(source, signal),
      });
    }
    await scheduler.scheduleTask({
      id: 'correct-back-dated-prices',
      frequency: { minutes: 5 },
      timeout: { minutes: 5 },
      initialDelay: { minutes: 1 },
      fn: () => prices.deliverRestatements(),
    });
  }

  /** Takes over what a module's source offers, but for what is wrong: that is logged. */
  async readModule(source: PriceSource, signal?: AbortSignal): Promise<void> {
    const { prices, logger } = this.#options;
    const offered = await source.read({ signal });
    const offers: PriceOffer[] = [];
    const wrong: string[] = [];
    for (const each of offered) {
      try {
        offers.push(checkOffer(each, { sourceId: source.id }));
      } catch (error) {
        wrong.push(`${each.priceKey}: ${stringifyError(error)}`);
      }
    }
    if (wrong.length > 0) {
      logger.warn(
        `Left out ${wrong.length} prices of ${source.id}, among them ${wrong[0]}`,
      );
    }
    const { stillOffers } = this;
    this.#log(source.id, await prices.import(offers, { stillOffers }));
  }

  /** @returns undefined when one of them cannot be read or has a wrong row: then none of it is taken */
  async #readFiles(): Promise<PriceOffer[] | undefined> {
    const offers: PriceOffer[] = [];
    for (const path of this.#options.files) {
      try {
        const { problems, ...read } = readPriceFile(
          path,
          await readFile(path, 'utf8'),
          { sourceId: SOURCE_IDS.file, source: `file ${basename(path)}` },
        );
        if (problems.length > 0) {
          const [{ line, column = 'row', problem }] = problems;
          throw new Error(
            `line ${line}, ${column}: ${problem}, and ${
              problems.length - 1
            } more problems`,
          );
        }
        offers.push(...read.offers);
      } catch (error) {
        this.#options.logger.error(
          `Cannot read aiMesh.priceFiles, the prices of before stay: ${path}: ${stringifyError(
            error,
          )}`,
        );
        return undefined;
      }
    }
    return offers;
  }

  #log(what: string, changes: readonly PlannedChange[]) {
    const taken = changes.filter(each => each.version).length;
    if (taken > 0) {
      this.#options.logger.info(`Recorded ${taken} prices from ${what}`);
    }
  }
}

/** What {@link PriceSources} work with. */
export interface PriceSourcesOptions {
  prices: PriceService;
  /** `aiMesh.prices`. */
  configured: readonly PriceOffer[];
  contracts: readonly PriceContract[];
  /** Paths of `aiMesh.priceFiles`. */
  files: readonly string[];
  modules: readonly PriceSource[];
  logger: LoggerService;
  now: () => Date;
}
