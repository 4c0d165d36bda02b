import { SortDescriptor } from '@backstage/ui';
import {
  Model,
  parseRatePerMillion,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { oneOf } from '../../components/useAddressState';

/** A model as a row: tables know their rows by id. */
export type ModelRow = Model & { id: string };

/** The models that match a search and a kind; an empty text means all. */
export function filterModels(
  models: readonly Model[],
  filter: { search: string; kind: string },
): Model[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter(model => {
    if (filter.kind && model.kind !== filter.kind) return false;
    const text = [
      model.name,
      model.title,
      model.description,
      model.provider,
      model.ownerRef,
      ...model.tags,
    ]
      .join(' ')
      .toLowerCase();
    return words.every(word => text.includes(word));
  });
}

type Comparable = string | number | bigint;

const VALUES: Record<string, (model: Model) => Comparable | undefined> = {
  name: model => model.name,
  kind: model => model.kind,
  context: model => model.contextTokens,
  maxOutput: model => model.maxOutputTokens,
  input: model => rateOf(model.price?.inputUsdPerMillion),
  cached: model => rateOf(model.price?.cachedInputUsdPerMillion),
  output: model => rateOf(model.price?.outputUsdPerMillion),
  provider: model => model.provider,
  owner: model => model.ownerRef,
};

function rateOf(usdPerMillion: string | undefined) {
  return usdPerMillion === undefined
    ? undefined
    : parseRatePerMillion(usdPerMillion);
}

function compare(left: Comparable, right: Comparable): number {
  if (typeof left === 'string' || typeof right === 'string') {
    return String(left).localeCompare(String(right));
  }
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The models in the order of a column; models without the value come last in both directions. */
export function sortModels(
  models: readonly Model[],
  sort: SortDescriptor,
): Model[] {
  const column = oneOf(String(sort.column), Object.keys(VALUES), 'name');
  const valueOf = VALUES[column];
  const sign = sort.direction === 'descending' ? -1 : 1;
  return [...models].sort((a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left === undefined || right === undefined) {
      const absent = Number(left === undefined) - Number(right === undefined);
      return absent || a.name.localeCompare(b.name);
    }
    return sign * compare(left, right) || a.name.localeCompare(b.name);
  });
}
