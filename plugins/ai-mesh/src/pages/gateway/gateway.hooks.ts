import { useApi } from '@backstage/core-plugin-api';
import { useCallback } from 'react';
import { meshApiRef } from '../../api';
import { useAddressState } from '../../components/useAddressState';
import { useRefreshing } from '../../components/useRefreshing';

/** As often as replicas speak. */
const REFRESH_MS = 5_000;

const DEFAULTS = { model: '', sort: 'state', order: 'descending' };

/** What the page keeps in the address. */
export function useGatewayAddress() {
  return useAddressState(DEFAULTS);
}

/** The replicas of the gateway, kept fresh while somebody looks. */
export function useReplicas() {
  const api = useApi(meshApiRef);
  const load = useCallback(
    (signal: AbortSignal) => api.listReplicas({ signal }),
    [api],
  );
  return useRefreshing(load, { everyMs: REFRESH_MS });
}
