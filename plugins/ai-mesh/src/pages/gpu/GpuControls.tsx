import { Select } from '@backstage/ui';
import {
  Department,
  GpuGroupBy,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useGpuAddress } from './gpu.hooks';
import { GROUP_LABELS, Range } from './gpu.utils';

const RANGE_LABELS: Record<Range, string> = {
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
  month: 'This month',
  'last-month': 'Last month',
};

const INDENT = '\u2003';

/** Which cost to show: of whom, of which pool, from when, by what. */
export function GpuControls(props: {
  departments: readonly Department[];
  /** Absent while nobody knows them yet. */
  pools: readonly string[];
}) {
  const [address, change] = useGpuAddress();
  const shallowest = Math.min(...props.departments.map(each => each.depth));
  // the one that is chosen stays to be seen, also where it has nothing in this time
  const pools = [...new Set([...props.pools, address.pool])].filter(Boolean);
  return (
    <>
      <Select
        label="Department"
        options={[
          { id: 'all', label: 'All that I may see' },
          ...props.departments.map(({ ref, title, depth }) => ({
            id: ref,
            label: `${INDENT.repeat(depth - shallowest)}${title}`,
          })),
        ]}
        value={address.department || 'all'}
        onChange={ref =>
          change({ department: ref === 'all' ? '' : String(ref), offset: '0' })
        }
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

function optionsOf<T extends string>(labels: Record<T, string>) {
  return Object.entries<string>(labels).map(([id, label]) => ({ id, label }));
}
