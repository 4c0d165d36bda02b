import { useApi } from '@backstage/core-plugin-api';
import {
  GpuCostReport,
  GpuGroupBy,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DateTime } from 'luxon';
import { useCallback, useMemo } from 'react';
import { meshApiRef } from '../../api';
import { oneOf, useAddressState } from '../../components/useAddressState';
import { useRefreshing } from '../../components/useRefreshing';
import { Window } from '../spend/spend.utils';
import { Range, RANGES, windowOf } from './gpu.utils';

/** Machine-hours come once an hour. */
const REFRESH_MS = 30_000;

/** Rows on one page of the table. */
export const PAGE_SIZE = 25;

const DEFAULTS = {
  department: '',
  pool: '',
  range: '30d',
  by: 'pool',
  view: 'chart',
  sort: 'billed',
  order: 'descending',
  offset: '0',
};

/** What the page keeps in the address, checked. */
export function useGpuAddress() {
  const [address, change] = useAddressState(DEFAULTS);
  const checked = useMemo(
    () => ({
      department: address.department,
      pool: address.pool,
      range: oneOf<Range>(address.range, RANGES, '30d'),
      by: oneOf<GpuGroupBy>(
        address.by,
        ['pool', 'vmSize', 'department'],
        'pool',
      ),
      view: oneOf(address.view, ['chart', 'table'], 'chart'),
      sort: oneOf(
        address.sort,
        ['billed', 'idle', 'unallocated', 'gpuTime', 'label'],
        'billed',
      ),
      order: oneOf(address.order, ['ascending', 'descending'], 'descending'),
      offset: Number(address.offset) || 0,
    }),
    [address],
  );
  return [checked, change] as const;
}

/** A report with what was asked for, so that a chart never draws one question with the answer to another. */
export interface GpuCosts {
  report: GpuCostReport;
  window: Window;
  by: GpuGroupBy;
}

/** The report that the address asks for, kept fresh while somebody looks. */
export function useGpuCosts() {
  const api = useApi(meshApiRef);
  const [{ department, pool, range, by, sort, order, offset }] =
    useGpuAddress();
  const load = useCallback(
    async (signal: AbortSignal): Promise<GpuCosts> => {
      const window = windowOf(range, DateTime.utc());
      const report = await api.gpu.getCosts(
        {
          from: window.from,
          to: window.to,
          departmentRef: department || undefined,
          pool: pool || undefined,
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
    [api, department, pool, range, by, sort, order, offset],
  );
  return useRefreshing(load, { everyMs: REFRESH_MS });
}
