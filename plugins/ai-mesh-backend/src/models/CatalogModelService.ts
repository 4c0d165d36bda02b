import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { Model } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { FreshValue } from '../caching/FreshValue';
import { Price } from '../prices/Price';
import { PriceService } from '../prices/PriceService';
import { ModelService } from './ModelService';
import { ModelSnapshotSource, SnapshotModel } from './ModelSnapshotSource';
import { CatalogModel, MODEL_FIELDS, readModelEntity } from './readModelEntity';
import { toModelPrice } from './toModelPrice';
import { toTargetPrice } from './toTargetPrice';

const MAX_AGE_MS = 10_000;

/** Models are Resources of type `ai-model` in the catalog; at most ten seconds old. */
export class CatalogModelService implements ModelService, ModelSnapshotSource {
  readonly #options: CatalogModelServiceOptions;
  readonly #models: FreshValue<CatalogModel[]>;
  #problems = new Map<string, string>();

  constructor(options: CatalogModelServiceOptions) {
    this.#options = options;
    this.#models = new FreshValue(() => this.#readCatalog(), {
      what: 'the models of the catalog',
      maxAgeMs: MAX_AGE_MS,
      now: options.now,
      logger: options.logger,
    });
  }

  async list(): Promise<Model[]> {
    const models = await this.#models.get();
    return Promise.all(models.map(each => this.#withPrice(each)));
  }

  async find(name: string): Promise<Model | undefined> {
    const models = await this.#models.get();
    const model = models.find(each => each.name === name);
    return model && this.#withPrice(model);
  }

  /** The present price of a model, in US dollars per token. Undefined without a model or a price. */
  async priceOf(name: string): Promise<Price | undefined> {
    const models = await this.#models.get();
    const model = models.find(each => each.name === name);
    return model && this.#priceOf(model);
  }

  async forSnapshot({
    regionOf = () => undefined,
  }: Parameters<ModelSnapshotSource['forSnapshot']>[0] = {}): Promise<
    SnapshotModel[]
  > {
    const models = await this.#models.get();
    const routes = await Promise.all(
      models.map(each => this.#toRoute(each, regionOf(each.name))),
    );
    return routes.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** None without a price: what cannot be priced is not served. */
  async #toRoute(
    model: CatalogModel,
    region: string | undefined,
  ): Promise<SnapshotModel[]> {
    const price = await this.#priceOf(model, region);
    if (!price) return [];
    const { provider, providerModel } = model;
    return [
      {
        name: model.name,
        kind: model.kind,
        contextTokens: model.contextTokens,
        maxOutputTokens: model.maxOutputTokens,
        targets: [
          {
            id: `${provider}/${providerModel}`,
            provider,
            providerModel,
            ...toTargetPrice(price),
          },
        ],
      },
    ];
  }

  async #withPrice(model: CatalogModel): Promise<Model> {
    const { providerModel, priceKey, ...rest } = model;
    const price = await this.#priceOf(model);
    return { ...rest, price: price && toModelPrice(price) };
  }

  async #priceOf(
    model: CatalogModel,
    region?: string,
  ): Promise<Price | undefined> {
    if (model.priceKey === undefined) return undefined;
    return this.#options.prices.current(model.priceKey, { region });
  }

  async #readCatalog(): Promise<CatalogModel[]> {
    const { catalog, auth } = this.#options;
    const entities: Entity[] = [];
    const pages = catalog.streamEntities(
      {
        filter: { kind: 'Resource', 'spec.type': 'ai-model' },
        fields: MODEL_FIELDS,
      },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    for await (const page of pages) entities.push(...page);
    return this.#readEntities(entities);
  }

  #readEntities(entities: readonly Entity[]): CatalogModel[] {
    const models = new Map<string, CatalogModel>();
    const problems = new Map<string, string>();
    for (const entity of entities) {
      const result = readModelEntity(entity);
      const ref = stringifyEntityRef(entity);
      if ('problem' in result) {
        problems.set(ref, result.problem);
      } else if (models.has(entity.metadata.name)) {
        problems.set(ref, `the name "${entity.metadata.name}" is taken`);
      } else {
        models.set(entity.metadata.name, result.model);
      }
    }
    this.#reportProblems(problems);
    return [...models.values()].sort((a, b) =>
      a.title.localeCompare(b.title, 'en'),
    );
  }

  /** A problem is logged when it is new, not with every look at the catalog. */
  #reportProblems(problems: Map<string, string>) {
    for (const [ref, problem] of problems) {
      if (this.#problems.get(ref) === problem) continue;
      this.#options.logger.warn(`The model ${ref} is not served: ${problem}`);
    }
    this.#problems = problems;
  }
}

/** What a {@link CatalogModelService} works with. */
export interface CatalogModelServiceOptions {
  catalog: CatalogService;
  auth: AuthService;
  prices: Pick<PriceService, 'current'>;
  logger: LoggerService;
  now: () => Date;
}
