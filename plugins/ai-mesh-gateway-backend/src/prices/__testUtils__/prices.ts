import {
  ModelKind,
  SnapshotInput,
  snapshotTargetSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { compilePrices, TargetPrices } from '../TargetPrices';

type TargetInput = SnapshotInput['models'][number]['targets'][number];

/** The prices of a target that is written as in a snapshot. */
export function pricesOf(
  target: Pick<TargetInput, 'rates'> & Partial<TargetInput>,
  kind: ModelKind = 'chat',
): TargetPrices {
  const parsed = snapshotTargetSchema.parse({
    id: 'target',
    provider: 'provider',
    providerModel: 'model',
    priceVersionId: 'price',
    ...target,
  });
  return compilePrices(parsed, kind);
}
