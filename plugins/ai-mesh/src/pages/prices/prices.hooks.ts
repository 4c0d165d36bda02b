import { useApi } from '@backstage/core-plugin-api';
import {
  PriceSku,
  proposalStateSchema,
  serviceTierSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useCallback } from 'react';
import { meshApiRef } from '../../api';
import { oneOf, useAddressState } from '../../components/useAddressState';
import { useRefreshing } from '../../components/useRefreshing';

/** Prices on one page of a list. */
export const PAGE_SIZE = 25;
/** The columns that can be sorted by. */
const SORTABLE = ['priceKey', 'source', 'validFrom'] as const;
const REFRESH_MS = 30_000;

const DEFAULTS = {
  view: 'current',
  q: '',
  provider: '',
  tier: '',
  source: '',
  sort: 'priceKey',
  order: 'ascending',
  offset: '0',
  price: '',
  state: 'waiting',
};

/** What the page keeps in the address. */
export function usePricesAddress() {
  return useAddressState(DEFAULTS);
}

/** The page of prices that the address asks for. */
export function usePrices() {
  const api = useApi(meshApiRef);
  const [address] = usePricesAddress();
  const { q, provider, tier, source, sort, order } = address;
  const offset = address.view === 'current' ? Number(address.offset) || 0 : 0;
  const load = useCallback(
    (signal: AbortSignal) =>
      api.prices.list(
        {
          search: q || undefined,
          provider: provider || undefined,
          serviceTier: serviceTierSchema.options.find(each => each === tier),
          source: source || undefined,
          orderBy: oneOf(sort, SORTABLE, 'priceKey'),
          order: order === 'descending' ? 'desc' : 'asc',
          offset,
          limit: PAGE_SIZE,
        },
        { signal },
      ),
    [api, q, provider, tier, source, sort, order, offset],
  );
  return useRefreshing(load, { everyMs: REFRESH_MS });
}

/** Every version of one price. */
export function useHistory(sku: PriceSku) {
  const api = useApi(meshApiRef);
  const { priceKey, region, serviceTier } = sku;
  const load = useCallback(
    (signal: AbortSignal) =>
      api.prices.history({ priceKey, region, serviceTier }, { signal }),
    [api, priceKey, region, serviceTier],
  );
  return useRefreshing(load);
}

/** The page of price changes that the address asks for. */
export function useProposals() {
  const api = useApi(meshApiRef);
  const [{ state, offset }] = usePricesAddress();
  const load = useCallback(
    (signal: AbortSignal) =>
      api.prices.listProposals(
        {
          state: proposalStateSchema.options.find(each => each === state),
          offset: Number(offset) || 0,
          limit: PAGE_SIZE,
        },
        { signal },
      ),
    [api, state, offset],
  );
  return useRefreshing(load, { everyMs: REFRESH_MS });
}
