import { createExtensionPoint } from '@backstage/backend-plugin-api';
import { HumanDuration } from '@backstage/types';
import {
  PriceRates,
  ServiceTier,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** A price as a source says it. @public */
export interface PriceOffer {
  /**
   * What models name in `ai-mesh.io/price`, as `<provider>/<model>`: `azure/gpt-4o`. For a machine
   * `<provider>/<size>`, with `/spot` behind it for what may be taken away.
   */
  priceKey: string;
  /** Where it holds, as targets call their region; absent: everywhere that has no price of its own. */
  region?: string;
  /** Default: `standard`. */
  serviceTier?: ServiceTier;
  /** Plain decimal US dollars per unit; `machine-time` per machine and hour. */
  rates: PriceRates;
  /** Rates of the whole request when its input is longer; all classes, not only those that differ. */
  longContext?: { aboveInputTokens: number; rates: PriceRates }[];
  /** ISO 8601. Absent: from when it is taken. */
  validFrom?: string;
  /** ISO 8601. Absent: until another one holds. */
  validTo?: string;
  /** Where it comes from, for people: `Azure Retail Prices, 2026-11-22`. */
  source: string;
}

/** Where prices come from. @public */
export interface PriceSource {
  /** Never changes, such as `azure-retail`. */
  id: string;
  /** How often it is read. Default: every 24 hours. */
  every?: HumanDuration;
  /**
   * All that it offers at present. What it does not offer any more keeps its last price.
   *
   * @throws when it cannot be read; nothing changes then
   */
  read(options: { signal?: AbortSignal }): Promise<PriceOffer[]>;
}

/** Lets a module add {@link PriceSource}s. @public */
export interface MeshPriceSourceExtensionPoint {
  /** @throws Error when there is a source of this id already */
  addPriceSource(source: PriceSource): void;
}

/** @public */
export const meshPriceSourceExtensionPoint =
  createExtensionPoint<MeshPriceSourceExtensionPoint>({
    id: 'ai-mesh.price-sources',
  });
