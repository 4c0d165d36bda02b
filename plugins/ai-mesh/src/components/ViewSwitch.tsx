import { ToggleButton, ToggleButtonGroup } from '@backstage/ui';

/** Chart, or its table twin. */
export function ViewSwitch(props: {
  view: string;
  onChange: (view: string) => void;
}) {
  return (
    <ToggleButtonGroup
      aria-label="Show as"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[props.view]}
      onSelectionChange={keys => props.onChange(String([...keys][0]))}
    >
      <ToggleButton id="chart" size="small">
        Chart
      </ToggleButton>
      <ToggleButton id="table" size="small">
        Table
      </ToggleButton>
    </ToggleButtonGroup>
  );
}
