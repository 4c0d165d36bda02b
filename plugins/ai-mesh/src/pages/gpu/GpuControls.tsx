import { Select } from '@backstage/ui';
import {
  Department,
  GpuGroupBy,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentSelect } from '../../components/DepartmentSelect';
import { optionsOf } from '../../utils/optionsOf';
import { useGpuAddress } from './gpu.hooks';
import { GROUP_LABELS, Range } from './gpu.utils';

const RANGE_LABELS: Record<Range, string> = {
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
  month: 'This month',
  'last-month': 'Last month',
};

/** Which cost to show: of whom, of which pool, from when, by what. */
export function GpuControls(props: {
  departments: readonly Department[];
  /** Absent while nobody knows them yet. */
  pools: readonly string[];
}) {
  const [address, change] = useGpuAddress();
  // the one that is chosen stays to be seen, also where it has nothing in this time
  const pools = [...new Set([...props.pools, address.pool])].filter(Boolean);
  return (
    <>
      <DepartmentSelect
        departments={props.departments}
        value={address.department}
        onChange={department => change({ department, offset: '0' })}
      />
      <Select
        label="Pool"
        options={[
          { id: 'all', label: 'All pools' },
          ...pools.map(pool => ({ id: `pool ${pool}`, label: pool })),
        ]}
        value={address.pool ? `pool ${address.pool}` : 'all'}
        onChange={id =>
          change({
            pool: id === 'all' ? '' : String(id).slice('pool '.length),
            offset: '0',
          })
        }
      />
      <Select
        label="Time"
        options={optionsOf(RANGE_LABELS)}
        value={address.range}
        onChange={range => change({ range: String(range), offset: '0' })}
      />
      <Select
        label="Broken down by"
        options={optionsOf<GpuGroupBy>(GROUP_LABELS)}
        value={address.by}
        onChange={by => change({ by: String(by), offset: '0' })}
      />
    </>
  );
}
