import { useApi } from '@backstage/core-plugin-api';
import {
  SpendGroupBy,
  SpendReport,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DateTime } from 'luxon';
import { useCallback, useMemo, useRef } from 'react';
import { meshApiRef } from '../../api';
import { oneOf, useAddressState } from '../../components/useAddressState';
import { useRefreshing } from '../../components/useRefreshing';
import { nameOfRef } from '../../utils/entityNames';
import { Range, RANGES, Window, windowOf } from './spend.utils';

/** A call shows within two seconds of its booking. */
const REFRESH_MS = 1_500;

/** Rows on one page of the table. */
export const PAGE_SIZE = 25;

const DEFAULTS = {
  department: '',
  range: '24h',
  by: 'model',
  view: 'chart',
  sort: 'cost',
  order: 'descending',
  offset: '0',
};

/** What the page keeps in the address, checked. */
export function useSpendAddress() {
  const [address, change] = useAddressState(DEFAULTS);
  const checked = useMemo(
    () => ({
      department: address.department,
      range: oneOf<Range>(address.range, RANGES, '24h'),
      by: oneOf<SpendGroupBy>(
        address.by,
        ['model', 'application', 'key', 'department'],
        'model',
      ),
      view: oneOf(address.view, ['chart', 'table'], 'chart'),
      sort: oneOf(
        address.sort,
        ['cost', 'requests', 'tokens', 'label'],
        'cost',
      ),
      order: oneOf(address.order, ['ascending', 'descending'], 'descending'),
      offset: Number(address.offset) || 0,
    }),
    [address],
  );
  return [checked, change] as const;
}

/** A report with what was asked for, so that a chart never draws one question with the answer to another. */
export interface Spend {
  report: SpendReport;
  window: Window;
  by: SpendGroupBy;
}

/** The report that the address asks for, kept fresh while somebody looks. */
export function useSpend() {
  const api = useApi(meshApiRef);
  const [{ department, range, by, sort, order, offset }] = useSpendAddress();
  const load = useCallback(
    async (signal: AbortSignal): Promise<Spend> => {
      const window = windowOf(range, DateTime.utc());
      const report = await api.getSpend(
        {
          ...window,
          departmentRef: department || undefined,
          groupBy: by,
          orderBy: sort,
          order: order === 'ascending' ? 'asc' : 'desc',
          offset,
          limit: PAGE_SIZE,
        },
        { signal },
      );
      return { report, window, by };
    },
    [api, department, range, by, sort, order, offset],
  );
  return useRefreshing(load, { everyMs: REFRESH_MS });
}

/** The departments that the user may look at. */
export function useDepartments() {
  const api = useApi(meshApiRef);
  const load = useCallback(
    (signal: AbortSignal) => api.listDepartments({ signal }),
    [api],
  );
  return useRefreshing(load);
}

/**
 * Names of groups, learnt from the rows seen so far: a report names only the rows of its page, its series knows
 * ids alone.
 */
export function useLabels(spend: Spend): (id: string) => string {
  const known = useRef(new Map<string, string>());
  for (const row of spend.report.rows) known.current.set(row.id, row.label);
  return useCallback(id => known.current.get(id) ?? nameOfRef(id), []);
}
