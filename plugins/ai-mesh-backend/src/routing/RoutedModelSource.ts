import { LoggerService } from '@backstage/backend-plugin-api';
import { RoutingProblem } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ApplicationService } from '../departments/ApplicationService';
import { DepartmentService } from '../departments/DepartmentService';
import { DepartmentTree } from '../departments/DepartmentTree';
import {
  ModelSnapshotSource,
  SnapshotModel,
} from '../models/ModelSnapshotSource';
import { Price } from '../prices/Price';
import { PriceService } from '../prices/PriceService';
import { routeModels } from './routeModels';
import { settingPath } from './settingPath';
import { TrafficConfig } from './trafficConfigSchema';

/** A catalog that has just started knows only a part of its entities: until then a problem is not logged. */
const GRACE_MS = 60_000;

interface SeenProblem {
  sinceMs: number;
  isLogged: boolean;
}

/** The models of the catalog with the configured routing. */
export class RoutedModelSource implements ModelSnapshotSource {
  readonly #options: RoutedModelSourceOptions;
  #seen = new Map<string, SeenProblem>();

  constructor(options: RoutedModelSourceOptions) {
    this.#options = options;
  }

  async forSnapshot(): Promise<SnapshotModel[]> {
    const { models, problems } = await this.#route();
    this.#log(problems);
    return models;
  }

  /** What of the configuration leads nowhere and is left out, as of now. */
  async problems(): Promise<RoutingProblem[]> {
    return (await this.#route()).problems;
  }

  async #route() {
    const { models, departments, traffic } = this.#options;
    const [served, tree, prices, strangers] = await Promise.all([
      models.forSnapshot({
        regionOf: name => traffic.routing.get(name)?.catalogTarget.region,
      }),
      departments.tree(),
      this.#readPrices(),
      this.#unknownApplications(),
    ]);
    const routed = routeModels({
      models: served,
      routing: traffic.routing,
      priceOf: (key, region) => prices.get(placeOf(key, region)),
      isDepartment: ref => tree.find(ref) !== undefined,
    });
    // before the catalog has read its first file everything is missing, and nothing is wrong
    const isReady = served.length > 0 && tree.all().length > 0;
    const problems = isReady
      ? [...routed.problems, ...unknownDepartments(tree, traffic), ...strangers]
      : [];
    return { models: routed.models, problems };
  }

  async #readPrices(): Promise<Map<string, Price>> {
    const prices = new Map<string, Price>();
    for (const { targets } of this.#options.traffic.routing.values()) {
      for (const { price: key, region } of targets) {
        const price = await this.#options.prices.current(key, { region });
        if (price) prices.set(placeOf(key, region), price);
      }
    }
    return prices;
  }

  async #unknownApplications(): Promise<RoutingProblem[]> {
    const { traffic, applications } = this.#options;
    const problems: RoutingProblem[] = [];
    for (const ref of traffic.limits.applications.keys()) {
      // while the catalog is away nobody can say, and gateways must have their snapshot all the same
      const isKnown = await applications.find(ref).catch(() => true);
      if (isKnown) continue;
      problems.push({
        setting: settingPath(['limits', 'applications', ref]),
        problem: 'there is no such application that a department owns',
      });
    }
    return problems;
  }

  /** A problem is logged once, when it has lasted, and again only after it was gone. */
  #log(problems: readonly RoutingProblem[]) {
    const nowMs = this.#options.now().getTime();
    const seen = new Map<string, SeenProblem>();
    for (const { setting, problem } of problems) {
      const text = `${setting} is left out: ${problem}`;
      const known = this.#seen.get(text) ?? { sinceMs: nowMs, isLogged: false };
      if (!known.isLogged && nowMs - known.sinceMs >= GRACE_MS) {
        this.#options.logger.warn(text);
        known.isLogged = true;
      }
      seen.set(text, known);
    }
    this.#seen = seen;
  }
}

/** One text for a price at a place, for maps. */
function placeOf(priceKey: string, region = ''): string {
  return `${region} ${priceKey}`;
}

/** Limits and regions of a department that is not there hold for nobody. */
function unknownDepartments(
  tree: DepartmentTree,
  { departments, limits }: TrafficConfig,
): RoutingProblem[] {
  return [
    ...[...departments.keys()].map(ref => ['departments', ref]),
    ...[...limits.departments.keys()].map(ref => [
      'limits',
      'departments',
      ref,
    ]),
  ]
    .filter(path => !tree.find(path[path.length - 1]))
    .map(path => ({
      setting: settingPath(path),
      problem: 'there is no such department',
    }));
}

/** What a {@link RoutedModelSource} works with. */
export interface RoutedModelSourceOptions {
  /** The models with the catalog's own targets. */
  models: ModelSnapshotSource;
  prices: Pick<PriceService, 'current'>;
  departments: DepartmentService;
  applications: Pick<ApplicationService, 'find'>;
  traffic: TrafficConfig;
  logger: LoggerService;
  now: () => Date;
}
