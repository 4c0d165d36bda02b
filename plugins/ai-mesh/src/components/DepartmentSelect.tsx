import { Select } from '@backstage/ui';
import { Department } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

const INDENT = '\u2003';

/** One department with all below it, or all that the user may see. */
export function DepartmentSelect(props: {
  departments: readonly Department[];
  /** Empty for all. */
  value: string;
  onChange: (departmentRef: string) => void;
}) {
  const { departments, value, onChange } = props;
  const shallowest = Math.min(...departments.map(each => each.depth));
  return (
    <Select
      label="Department"
      options={[
        { id: 'all', label: 'All that I may see' },
        ...departments.map(({ ref, title, depth }) => ({
          id: ref,
          label: `${INDENT.repeat(depth - shallowest)}${title}`,
        })),
      ]}
      value={value || 'all'}
      onChange={ref => onChange(ref === 'all' ? '' : String(ref))}
    />
  );
}
