import {
  ModelKind,
  ServiceTier,
  Snapshot,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { compileCeilings, PriceCeiling } from './ceilings';
import { CompiledPrice } from './CompiledPrice';
import { compileRates } from './compileRates';
import { Piece, PIECE_CLASSES, TOOL_CLASS } from './tokenClasses';

type SnapshotTarget = Snapshot['models'][number]['targets'][number];
type SnapshotPrice = NonNullable<SnapshotTarget['serviceTiers']['priority']>;

/** All that a target's calls may cost. */
export interface TargetPrices {
  /** As what the provider bills a call when it says nothing else. */
  readonly tier: 'standard' | 'provisioned';
  /** Of {@link TargetPrices.tier}. */
  readonly own: CompiledPrice;
  /** Of the other tiers that are sold; undefined where there are none, as mostly. */
  readonly others: ReadonlyMap<ServiceTier, CompiledPrice> | undefined;
  /** By what it charges instead of tokens. */
  readonly piece: Piece | undefined;
  /** The dearest of all tiers. */
  readonly ceilings: readonly PriceCeiling[];
  /** The dearest of a tier and the own one: for a call that asks for it. Undefined where there are no others. */
  readonly ceilingsOf:
    | ReadonlyMap<ServiceTier, readonly PriceCeiling[]>
    | undefined;
}

/**
 * Prepares a target's prices for look-ups.
 *
 * @throws InputError on a rate that is no rate
 */
export function compilePrices(
  target: Pick<
    SnapshotTarget,
    'priceVersionId' | 'rates' | 'longContext' | 'serviceTiers' | 'tier'
  >,
  kind: ModelKind,
): TargetPrices {
  const own = compilePrice(target, { kind });
  const others = new Map<ServiceTier, CompiledPrice>();
  for (const [name, price] of Object.entries(target.serviceTiers)) {
    const tier = name as ServiceTier;
    others.set(tier, compilePrice(price, { kind, standard: own }));
  }
  const prices = {
    tier: target.tier,
    own,
    piece: PIECE_CLASSES.find(piece => own.rates[piece] !== undefined),
    ceilings: compileCeilings([own, ...others.values()]),
  };
  if (others.size === 0) {
    return { ...prices, others: undefined, ceilingsOf: undefined };
  }
  const ceilingsOf = new Map([
    [target.tier as ServiceTier, compileCeilings([own])],
  ]);
  for (const [tier, price] of others) {
    ceilingsOf.set(tier, compileCeilings([own, price]));
  }
  return { ...prices, others, ceilingsOf };
}

function compilePrice(
  price: SnapshotPrice,
  options: { kind: ModelKind; standard?: CompiledPrice },
): CompiledPrice {
  const { priceVersionId } = price;
  const plain = compileRates(price.rates, options);
  return {
    ...plain,
    priceVersionId,
    toolVersionId:
      price.rates[TOOL_CLASS] === undefined
        ? options.standard?.priceVersionId ?? priceVersionId
        : priceVersionId,
    longContext: [...price.longContext]
      .sort((a, b) => a.aboveInputTokens - b.aboveInputTokens)
      .map(({ aboveInputTokens, rates }) => ({
        ...compileRates(rates, { kind: options.kind, standard: plain }),
        aboveInputTokens,
      })),
  };
}
