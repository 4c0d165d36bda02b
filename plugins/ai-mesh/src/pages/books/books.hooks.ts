import { useApi } from '@backstage/core-plugin-api';
import {
  lineFlagSchema,
  quarantineStateSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useCallback } from 'react';
import { meshApiRef } from '../../api';
import { useAddressState } from '../../components/useAddressState';
import { useRefreshing } from '../../components/useRefreshing';

/** Rows on one page of a list. */
export const PAGE_SIZE = 25;
const REFRESH_MS = 30_000;

const DEFAULTS = {
  view: 'months',
  month: '',
  invoice: '',
  offset: '0',
  state: 'open',
  records: '0',
  flag: '',
  lines: '0',
};

/** Flags whose lines can be listed. */
export const LISTED_FLAGS = lineFlagSchema.exclude(['estimated']).options;

/** What the page keeps in the address. */
export function useBooksAddress() {
  return useAddressState(DEFAULTS);
}

/** All months, the newest first. */
export function useMonths() {
  const api = useApi(meshApiRef);
  const load = useCallback(
    (signal: AbortSignal) => api.books.listMonths({ signal }),
    [api],
  );
  return useRefreshing(load, { everyMs: REFRESH_MS });
}

/** The page of invoices that the address asks for, of all months. */
export function useInvoices() {
  const api = useApi(meshApiRef);
  const [{ offset }] = useBooksAddress();
  const load = useCallback(
    (signal: AbortSignal) =>
      api.books.listInvoices(
        { offset: Number(offset) || 0, limit: PAGE_SIZE },
        { signal },
      ),
    [api, offset],
  );
  return useRefreshing(load, { everyMs: REFRESH_MS });
}

/** One invoice beside the ledger. */
export function useInvoice(id: number) {
  const api = useApi(meshApiRef);
  const load = useCallback(
    (signal: AbortSignal) => api.books.getInvoice(id, { signal }),
    [api, id],
  );
  return useRefreshing(load);
}

/** How good the data of a month is. */
export function useQuality(month: string) {
  const api = useApi(meshApiRef);
  const load = useCallback(
    (signal: AbortSignal) => api.books.getQuality(month, { signal }),
    [api, month],
  );
  return useRefreshing(load, { everyMs: REFRESH_MS });
}

/** The page of records in quarantine that the address asks for. */
export function useQuarantine(month: string) {
  const api = useApi(meshApiRef);
  const [{ state, records }] = useBooksAddress();
  const load = useCallback(
    (signal: AbortSignal) =>
      api.books.listQuarantine(
        {
          month,
          state: quarantineStateSchema.options.find(each => each === state),
          offset: Number(records) || 0,
          limit: PAGE_SIZE,
        },
        { signal },
      ),
    [api, month, state, records],
  );
  return useRefreshing(load);
}

/** The page of lines with a flag that the address asks for. */
export function useFlaggedLines(
  month: string,
  flag: (typeof LISTED_FLAGS)[number],
) {
  const api = useApi(meshApiRef);
  const [{ lines }] = useBooksAddress();
  const load = useCallback(
    (signal: AbortSignal) =>
      api.books.listFlaggedLines(
        { month, flag, offset: Number(lines) || 0, limit: PAGE_SIZE },
        { signal },
      ),
    [api, month, flag, lines],
  );
  return useRefreshing(load);
}
