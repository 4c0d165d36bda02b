import { Select } from '@backstage/ui';
import {
  Department,
  SpendGroupBy,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentSelect } from '../../components/DepartmentSelect';
import { optionsOf } from '../../utils/optionsOf';
import { useSpendAddress } from './spend.hooks';
import { GROUP_LABELS, Range } from './spend.utils';

const RANGE_LABELS: Record<Range, string> = {
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
  month: 'This month',
};

/** Which spend to show: of whom, from when, by what. */
export function SpendControls(props: { departments: readonly Department[] }) {
  const [address, change] = useSpendAddress();
  return (
    <>
      <DepartmentSelect
        departments={props.departments}
        value={address.department}
        onChange={department => change({ department, offset: '0' })}
      />
      <Select
        label="Time"
        options={optionsOf(RANGE_LABELS)}
        value={address.range}
        onChange={range => change({ range: String(range), offset: '0' })}
      />
      <Select
        label="Broken down by"
        options={optionsOf<SpendGroupBy>(GROUP_LABELS)}
        value={address.by}
        onChange={by => change({ by: String(by), offset: '0' })}
      />
    </>
  );
}
