import { useApi } from '@backstage/core-plugin-api';
import {
  Application,
  Budget,
  BudgetAlert,
  GatewayKey,
  Model,
  Page,
  TopUp,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useCallback } from 'react';
import { meshApiRef } from '../../api';
import { oneOf, useAddressState } from '../../components/useAddressState';
import { Loaded, useRefreshing } from '../../components/useRefreshing';

const BUDGETS_REFRESH_MS = 5_000;
const LISTS_REFRESH_MS = 15_000;

/** Rows on one page of a list. */
export const PAGE_SIZE = 25;

const DEFAULTS = {
  q: '',
  show: '',
  sort: 'title',
  order: 'ascending',
  offset: '0',
  topUps: '',
  topUpsOffset: '0',
  alertsOffset: '0',
};

/** What the page keeps in the address. */
export function useQuotasAddress() {
  return useAddressState(DEFAULTS);
}

/** Something loaded, and the way to load it again. */
interface Loading<T> {
  loaded: Loaded<T>;
  reload: () => void;
}

/** All budgets that the user may see. */
export function useBudgets(): Loading<Page<Budget>> {
  const api = useApi(meshApiRef);
  const load = useCallback(
    (signal: AbortSignal) => api.budgets.list({ signal }),
    [api],
  );
  return useRefreshing(load, { everyMs: BUDGETS_REFRESH_MS });
}

/** The page of top-ups that the address asks for. */
export function useTopUps(): Loading<Page<TopUp>> {
  const api = useApi(meshApiRef);
  const [{ topUps, topUpsOffset }] = useQuotasAddress();
  const load = useCallback(
    (signal: AbortSignal) =>
      api.budgets.listTopUps(
        {
          state:
            oneOf(topUps, ['requested', 'approved', 'rejected', ''], '') ||
            undefined,
          offset: Number(topUpsOffset) || 0,
          limit: PAGE_SIZE,
        },
        { signal },
      ),
    [api, topUps, topUpsOffset],
  );
  return useRefreshing(load, { everyMs: LISTS_REFRESH_MS });
}

/** The page of alerts that the address asks for. */
export function useAlerts(): Loading<Page<BudgetAlert>> {
  const api = useApi(meshApiRef);
  const [{ alertsOffset }] = useQuotasAddress();
  const load = useCallback(
    (signal: AbortSignal) =>
      api.budgets.listAlerts(
        { offset: Number(alertsOffset) || 0, limit: PAGE_SIZE },
        { signal },
      ),
    [api, alertsOffset],
  );
  return useRefreshing(load, { everyMs: LISTS_REFRESH_MS });
}

/** What a new budget may be for. */
export interface BudgetChoices {
  applications: Application[];
  keys: GatewayKey[];
  models: Model[];
}

/** Loads the {@link BudgetChoices} once. */
export function useBudgetChoices(): Loading<BudgetChoices> {
  const api = useApi(meshApiRef);
  const load = useCallback(
    async (signal: AbortSignal): Promise<BudgetChoices> => {
      const [applications, keys, models] = await Promise.all([
        api.listApplications({ signal }),
        api.listKeys({ status: 'active', limit: 200 }, { signal }),
        api.listModels({ signal }),
      ]);
      return {
        applications: applications.items,
        keys: keys.items,
        models: models.items,
      };
    },
    [api],
  );
  return useRefreshing(load);
}
