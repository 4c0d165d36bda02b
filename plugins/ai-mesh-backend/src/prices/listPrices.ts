import {
  PriceVersion,
  priceQuerySchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { z } from 'zod';
import { BookVersion } from './Price';
import { toPriceVersion } from './toPriceVersion';

/** One page of the prices that match, ties in the order of their keys; and every provider there is. */
export function listPrices(
  versions: readonly BookVersion[],
  query: z.output<typeof priceQuerySchema>,
): { items: PriceVersion[]; total: number; providers: string[] } {
  const all = versions.map(toPriceVersion);
  const matching = all.filter(each => matches(each, query));
  const sign = query.order === 'asc' ? 1 : -1;
  const text = (each: PriceVersion) => each[query.orderBy];
  matching.sort(
    (a, b) => sign * compare(text(a), text(b)) || compare(tieOf(a), tieOf(b)),
  );
  const { offset, limit } = query;
  return {
    items: matching.slice(offset, offset + limit),
    total: matching.length,
    providers: [...new Set(all.map(each => each.provider))].sort(),
  };
}

function matches(
  version: PriceVersion,
  query: z.output<typeof priceQuerySchema>,
): boolean {
  const { search, provider, serviceTier, source } = query;
  return (
    (!search || contains(version.priceKey, search)) &&
    (!provider || version.provider === provider) &&
    (!serviceTier || version.serviceTier === serviceTier) &&
    (!source || contains(version.source, source))
  );
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

function tieOf(version: PriceVersion): string {
  const { priceKey, region, serviceTier, contractId = '', id } = version;
  return [priceKey, region, serviceTier, contractId, id].join('\n');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
