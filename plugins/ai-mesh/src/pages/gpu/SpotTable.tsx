import { GpuSpotRow } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DateTime } from 'luxon';
import { DataColumn, DataTable } from '../../components/DataTable';
import { HelpTip } from '../../components/HelpTip';
import { Money } from '../../components/Money';
import { formatCount, formatPercent } from '../../utils/format';
import { formatHours } from './gpu.utils';

type Row = GpuSpotRow & { id: string };

const COLUMNS: DataColumn<Row>[] = [
  {
    id: 'pool',
    label: 'Pool',
    isRowHeader: true,
    render: row => row.pool,
  },
  {
    id: 'month',
    label: 'Month',
    unit: 'UTC',
    render: row => formatMonth(row.month),
  },
  {
    id: 'hours',
    label: 'Machine-hours',
    isNumeric: true,
    render: row => formatHours(row.seconds),
  },
  {
    id: 'spot',
    label: 'Spot',
    isNumeric: true,
    render: row => <Money amount={row.spotPicoUsd} />,
  },
  {
    id: 'compared',
    label: 'Compared',
    unit: 'of spot cost',
    help: (
      <HelpTip
        label="What compared means"
        text="Part of the spot cost for which an on-demand price is known. The rest saves nothing in these numbers."
      />
    ),
    isNumeric: true,
    render: row => formatPercent(row.comparedPicoUsd, row.spotPicoUsd),
  },
  {
    id: 'onDemand',
    label: 'The same on demand',
    isNumeric: true,
    render: row => <Money amount={row.onDemandPicoUsd} />,
  },
  {
    id: 'evictions',
    label: 'Evictions',
    isNumeric: true,
    render: row => formatCount(row.evictions),
  },
  {
    id: 'rework',
    label: 'Rework',
    unit: 'hours',
    help: (
      <HelpTip
        label="What rework means"
        text="Work done since the last checkpoint, and waiting to restart, after each eviction; at the spot price of its hour."
      />
    ),
    isNumeric: true,
    render: row => formatHours(row.reworkSeconds),
  },
  {
    id: 'reworkCost',
    label: 'Rework cost',
    isNumeric: true,
    render: row => <Money amount={row.reworkPicoUsd} />,
  },
  {
    id: 'net',
    label: 'Net saving',
    isNumeric: true,
    render: row => <Money amount={row.netSavingPicoUsd} />,
  },
];

/** Spot against on-demand, net of rework, by pool and month. */
export function SpotTable(props: { rows: readonly GpuSpotRow[] }) {
  return (
    <DataTable
      label="Spot against on-demand"
      columns={COLUMNS}
      rows={props.rows.map(row => ({ ...row, id: `${row.month} ${row.pool}` }))}
    />
  );
}

function formatMonth(month: string): string {
  return DateTime.fromFormat(month, 'yyyy-MM').toLocaleString({
    month: 'long',
    year: 'numeric',
  });
}
