import { useApi } from '@backstage/core-plugin-api';
import {
  Application,
  Model,
  PortalInfo,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useCallback } from 'react';
import { meshApiRef } from '../../api';
import { oneOf, useAddressState } from '../../components/useAddressState';
import { Loaded, useRefreshing } from '../../components/useRefreshing';
import { titlesByRef } from '../../utils/entityNames';

/** How often the list is read again, so that last use and expiry stay true. */
const REFRESH_MS = 10_000;

/** Keys on one page of the list. */
export const PAGE_SIZE = 25;

const DEFAULTS = {
  q: '',
  status: '',
  sort: 'issuedAt',
  order: 'descending',
  offset: '0',
  issue: '',
  model: '',
};

/** What the page keeps in the address. */
export function useKeysAddress() {
  return useAddressState(DEFAULTS);
}

/** The page of keys that the address asks for. */
export function useKeys() {
  const api = useApi(meshApiRef);
  const [{ q, status, sort, order, offset }] = useKeysAddress();
  const load = useCallback(
    (signal: AbortSignal) =>
      api.listKeys(
        {
          search: q || undefined,
          status:
            oneOf(status, ['active', 'expired', 'revoked', ''], '') ||
            undefined,
          orderBy: oneOf(sort, ['name', 'issuedAt', 'expiresAt'], 'issuedAt'),
          order: order === 'ascending' ? 'asc' : 'desc',
          offset: Number(offset) || 0,
          limit: PAGE_SIZE,
        },
        { signal },
      ),
    [api, q, status, sort, order, offset],
  );
  return useRefreshing(load, { everyMs: REFRESH_MS });
}

/** What a form for a new key offers to choose from. */
export interface KeyChoices {
  info: PortalInfo;
  applications: Application[];
  models: Model[];
  titleOf: (entityRef: string) => string;
}

/** Loads the {@link KeyChoices} once. */
export function useKeyChoices(): {
  loaded: Loaded<KeyChoices>;
  reload: () => void;
} {
  const api = useApi(meshApiRef);
  const load = useCallback(
    async (signal: AbortSignal): Promise<KeyChoices> => {
      const [info, applications, departments, models] = await Promise.all([
        api.getInfo({ signal }),
        api.listApplications({ signal }),
        api.listDepartments({ signal }),
        api.listModels({ signal }),
      ]);
      return {
        info,
        applications: applications.items,
        models: models.items.filter(model => model.price !== undefined),
        titleOf: titlesByRef([...departments.items, ...applications.items]),
      };
    },
    [api],
  );
  return useRefreshing(load);
}
