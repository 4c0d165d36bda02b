import {
  ModelKind,
  RoutingProblem,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { SnapshotModel } from '../models/ModelSnapshotSource';
import { toTargetPrice } from '../models/toTargetPrice';
import { Price } from '../prices/Price';
import { settingPath } from './settingPath';
import { ModelRouting } from './trafficConfigSchema';

type Target = SnapshotModel['targets'][number];
type Report = (path: readonly PropertyKey[], problem: string) => void;

/** What {@link routeModels} looks into. */
export interface RoutingContext {
  /** Every model that is served, each with the catalog's own target. */
  models: readonly SnapshotModel[];
  routing: ReadonlyMap<string, ModelRouting>;
  /** The price at a place; `region` is that of the target. */
  priceOf: (priceKey: string, region?: string) => Price | undefined;
  isDepartment: (ref: string) => boolean;
}

/**
 * Adds the configured routing to the models of the catalog. What leads nowhere is left out and reported: one
 * wrong line must stop neither the gateway nor the rest of its route.
 */
export function routeModels(context: RoutingContext): {
  models: SnapshotModel[];
  problems: RoutingProblem[];
} {
  const problems: RoutingProblem[] = [];
  const kinds = new Map(context.models.map(each => [each.name, each.kind]));
  for (const name of context.routing.keys()) {
    if (kinds.has(name)) continue;
    problems.push({
      setting: settingPath(['routing', name]),
      problem: notServed(name),
    });
  }
  const models = context.models.map(model => {
    const routing = context.routing.get(model.name);
    if (!routing) return model;
    const report: Report = (path, problem) =>
      problems.push({
        setting: settingPath(['routing', model.name, ...path]),
        problem,
      });
    return routeModel(model, { ...context, routing, kinds, report });
  });
  return { models, problems };
}

function routeModel(
  model: SnapshotModel,
  options: {
    routing: ModelRouting;
    kinds: ReadonlyMap<string, ModelKind>;
    priceOf: RoutingContext['priceOf'];
    isDepartment: RoutingContext['isDepartment'];
    report: Report;
  },
): SnapshotModel {
  const { routing, kinds, report } = options;
  const { catalogTarget, targets, limits, shadow, ...rest } = routing;

  function canServe(name: string, path: readonly PropertyKey[]): boolean {
    const problem = problemOf(name, { model, kinds });
    if (problem) report(path, problem);
    return !problem;
  }

  const isShadowed =
    shadow !== undefined &&
    canServe(shadow.model, ['shadow', 'model']) &&
    isKnown(shadow.departmentRef, options);
  return {
    ...model,
    targets: [
      ...model.targets.map(own => ({ ...own, ...catalogTarget })),
      ...furtherTargets(model, options),
    ],
    limits,
    routing: {
      ...rest,
      fallbacks: rest.fallbacks.filter((each, index) =>
        canServe(each.model, ['fallbacks', index, 'model']),
      ),
      specialists: rest.specialists.filter((each, index) =>
        canServe(each.model, ['specialists', index, 'model']),
      ),
      ...(isShadowed && { shadow: toSnapshotShadow(shadow) }),
    },
  };
}

function furtherTargets(
  model: SnapshotModel,
  options: {
    routing: ModelRouting;
    priceOf: RoutingContext['priceOf'];
    report: Report;
  },
): Target[] {
  const own = new Set(model.targets.map(each => each.id));
  return options.routing.targets.flatMap(
    ({ price: priceKey, ...target }, index) => {
      if (own.has(target.id)) {
        options.report(
          ['targets', index, 'id'],
          `the catalog's own target is called "${target.id}" already`,
        );
        return [];
      }
      const price = options.priceOf(priceKey, target.region);
      if (!price) {
        options.report(
          ['targets', index, 'price'],
          `the price book has no "${priceKey}"; what has no price is not called`,
        );
        return [];
      }
      return [{ ...target, ...toTargetPrice(price) }];
    },
  );
}

function toSnapshotShadow({
  dailyCapUsd,
  ...shadow
}: NonNullable<ModelRouting['shadow']>) {
  return { ...shadow, dailyCapPicoUsd: dailyCapUsd.toString() };
}

function isKnown(
  departmentRef: string,
  options: { isDepartment: (ref: string) => boolean; report: Report },
): boolean {
  const isThere = options.isDepartment(departmentRef);
  if (!isThere) {
    options.report(
      ['shadow', 'departmentRef'],
      `there is no department "${departmentRef}" to pay`,
    );
  }
  return isThere;
}

/** Why a model cannot stand in for another one. */
function problemOf(
  name: string,
  options: { model: SnapshotModel; kinds: ReadonlyMap<string, ModelKind> },
): string | undefined {
  const kind = options.kinds.get(name);
  if (kind === undefined) return notServed(name);
  return kind === options.model.kind
    ? undefined
    : `"${name}" is of the kind ${kind}, "${options.model.name}" of the kind ${options.model.kind}`;
}

function notServed(name: string): string {
  return `no model "${name}" is served: the catalog has none with a price`;
}
