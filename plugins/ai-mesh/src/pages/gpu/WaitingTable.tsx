import { GpuWaiting } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DataColumn, DataTable } from '../../components/DataTable';
import { RelativeDate } from '../../components/RelativeDate';
import { formatCount } from '../../utils/format';
import { formatHours } from './gpu.utils';

type Row = GpuWaiting & { id: string };

const COLUMNS: DataColumn<Row>[] = [
  {
    id: 'vmSize',
    label: 'VM size',
    isRowHeader: true,
    render: row => row.vmSize,
  },
  { id: 'region', label: 'Region', render: row => row.region },
  {
    id: 'priority',
    label: 'Rented as',
    render: row => (row.priority === 'spot' ? 'Spot' : 'On demand'),
  },
  {
    id: 'records',
    label: 'Records',
    isNumeric: true,
    render: row => formatCount(row.records),
  },
  {
    id: 'hours',
    label: 'Machine-hours',
    isNumeric: true,
    render: row => formatHours(row.seconds),
  },
  {
    id: 'cost',
    label: 'Cost',
    render: () => 'No price',
  },
  {
    id: 'since',
    label: 'Since',
    render: row => <RelativeDate at={row.since} />,
  },
];

/** Machine time that is kept and not booked, because nobody knows its price. */
export function WaitingTable(props: { rows: readonly GpuWaiting[] }) {
  return (
    <DataTable
      label="Waiting for a price"
      columns={COLUMNS}
      rows={props.rows.map(row => ({
        ...row,
        id: `${row.vmSize} ${row.region} ${row.priority}`,
      }))}
    />
  );
}
