import { PriceSku } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { BookVersion } from './Price';
import { BackDatedChange } from './PriceChangeListener';
import { PriceTimeline, skuId } from './PriceTimeline';

/**
 * The times in the past in which another version holds than before.
 *
 * @param options - `added`: the versions that make the difference between `before` and `after`
 */
export function findBackDated(options: {
  before: PriceTimeline;
  after: PriceTimeline;
  added: readonly BookVersion[];
  at: string;
  newId: () => string;
}): BackDatedChange[] {
  const { before, after, at } = options;
  const reachingBack = new Map<string, BookVersion[]>();
  for (const version of options.added) {
    if (version.validFrom >= at) continue;
    const id = skuId(version);
    reachingBack.set(id, [...(reachingBack.get(id) ?? []), version]);
  }
  const changes: BackDatedChange[] = [];
  for (const versions of reachingBack.values()) {
    const [{ priceKey, region, serviceTier }] = versions;
    const sku: PriceSku = { priceKey, region, serviceTier };
    const moments = momentsOf(after, versions, at);
    for (const [index, from] of moments.entries()) {
      const to = moments[index + 1] ?? at;
      const now = after.inForce(sku, from);
      const then = before.inForce(sku, from);
      if (!now || now.id === then?.id) continue;
      const last = changes.at(-1);
      const goesOn =
        last?.to === from &&
        last.versionId === now.id &&
        last.replacedVersionId === then?.id;
      if (goesOn) {
        last.to = to;
        continue;
      }
      changes.push({
        id: options.newId(),
        ...sku,
        from,
        to,
        versionId: now.id,
        ...(then && { replacedVersionId: then.id }),
      });
    }
  }
  return changes;
}

/** When, since the first of these versions begins, another version may hold. */
function momentsOf(
  timeline: PriceTimeline,
  versions: readonly BookVersion[],
  at: string,
): string[] {
  const first = versions.map(each => each.validFrom).sort()[0];
  const ends = timeline
    .versionsOf(versions[0].priceKey)
    .flatMap(each => [each.validFrom, each.validTo ?? at])
    .filter(moment => moment > first && moment < at);
  return [first, ...new Set(ends.sort())];
}
