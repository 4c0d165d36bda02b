import { useMemo } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Money } from '../../components/Money';
import { formatStart, SpendSeries } from './spend.utils';

type BucketRow = SpendSeries['buckets'][number] & { id: string };

/** The twin of the chart: the same hours or days and groups, in numbers. */
export function SpendSeriesTable(props: {
  series: SpendSeries;
  interval: 'hour' | 'day';
}) {
  const { series, interval } = props;
  const columns = useMemo(
    () => columnsOf(series, interval),
    [series, interval],
  );
  const rows = series.buckets
    .filter(bucket => bucket.total > 0n)
    .map(bucket => ({ ...bucket, id: String(bucket.startMs) }))
    .reverse();
  return (
    <DataTable label={`Cost per ${interval}`} columns={columns} rows={rows} />
  );
}

function columnsOf(
  series: SpendSeries,
  interval: 'hour' | 'day',
): DataColumn<BucketRow>[] {
  return [
    {
      id: 'start',
      label: interval === 'hour' ? 'Hour' : 'Day (UTC)',
      isRowHeader: true,
      render: row => formatStart(row.startMs, interval),
    },
    ...series.groups.map((group, place) => ({
      id: group.id,
      label: group.label,
      isNumeric: true,
      render: (row: BucketRow) => <Money amount={row.costs[place]} />,
    })),
    {
      id: 'total',
      label: 'Total',
      isNumeric: true,
      render: row => <Money amount={row.total} />,
    },
  ];
}
