import { SortDescriptor } from '@backstage/ui';
import {
  GpuCostReport,
  GpuCostRow,
  GpuGroupBy,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useMemo } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { HelpTip } from '../../components/HelpTip';
import { Money } from '../../components/Money';
import { Pages } from '../../components/Pages';
import { formatPercent } from '../../utils/format';
import { PAGE_SIZE, useGpuAddress } from './gpu.hooks';
import {
  allocatedTimeOf,
  allTimeOf,
  formatGpuHours,
  GROUP_LABELS,
} from './gpu.utils';

/** The rows of the report; the server sorts and pages them. */
export function GpuRows(props: {
  report: GpuCostReport;
  by: GpuGroupBy;
  isStale: boolean;
}) {
  const { report, by } = props;
  const [address, change] = useGpuAddress();
  const showsSaving = report.seesMachines && by !== 'department';
  const columns = useMemo(() => columnsOf(by, showsSaving), [by, showsSaving]);
  const sort: SortDescriptor = {
    column: address.sort,
    direction: address.order,
  };
  const { offset } = address;
  return (
    <>
      <DataTable
        label={`GPU cost: ${GROUP_LABELS[by].toLowerCase()}`}
        columns={columns}
        rows={report.rows}
        sort={sort}
        isStale={props.isStale}
        onSort={({ column, direction }) =>
          change({ sort: String(column), order: direction, offset: '0' })
        }
      />
      <Pages
        total={report.rowCount}
        pageSize={PAGE_SIZE}
        offset={offset}
        onChange={first => change({ offset: first })}
      />
    </>
  );
}

function columnsOf(
  by: GpuGroupBy,
  showsSaving: boolean,
): DataColumn<GpuCostRow>[] {
  const columns: DataColumn<GpuCostRow>[] = [
    {
      id: 'label',
      label: GROUP_LABELS[by],
      isSortable: true,
      isRowHeader: true,
      render: row => <span title={row.id}>{row.label}</span>,
    },
    {
      id: 'gpuTime',
      label: 'GPU-hours',
      isNumeric: true,
      isSortable: true,
      render: row => formatGpuHours(allTimeOf(row.gpuTime)),
    },
    {
      id: 'allocated',
      label: 'Allocated',
      unit: 'of GPU-hours',
      isNumeric: true,
      render: ({ gpuTime }) =>
        formatPercent(allocatedTimeOf(gpuTime), allTimeOf(gpuTime)),
    },
    {
      id: 'utilised',
      label: 'Used',
      unit: 'of GPU-hours',
      isNumeric: true,
      render: ({ gpuTime }) => formatPercent(gpuTime.used, allTimeOf(gpuTime)),
    },
    {
      id: 'billed',
      label: 'Billed',
      isNumeric: true,
      isSortable: true,
      render: row => <Money amount={row.billedPicoUsd} />,
    },
    {
      id: 'used',
      label: 'Used',
      help: (
        <HelpTip
          label="What used means"
          text="Cost of the time in which the GPU computed, by NVIDIA's own counter. Where nobody measured, all of the allocation counts as used."
        />
      ),
      isNumeric: true,
      render: row => <Money amount={row.usedPicoUsd} />,
    },
    {
      id: 'unknown',
      label: 'Not measured',
      unit: 'of used',
      isNumeric: true,
      render: row => formatPercent(row.unknownPicoUsd, row.usedPicoUsd),
    },
    {
      id: 'idle',
      label: 'Idle',
      isNumeric: true,
      isSortable: true,
      render: row => <Money amount={row.idlePicoUsd} />,
    },
    {
      id: 'unallocated',
      label: 'Unallocated',
      isNumeric: true,
      isSortable: true,
      render: row => <Money amount={row.unallocatedPicoUsd} />,
    },
    {
      id: 'estimated',
      label: 'Estimated',
      help: (
        <HelpTip
          label="What estimated means"
          text="Part of the allocated cost that was split by shares of running time. Whole GPUs and hardware slices are split exactly."
        />
      ),
      isNumeric: true,
      render: row =>
        formatPercent(row.estimatedPicoUsd, row.usedPicoUsd + row.idlePicoUsd),
    },
    {
      id: 'perGpuHour',
      label: 'Per GPU-hour',
      isNumeric: true,
      render: row => <Money amount={row.costPerGpuHourPicoUsd} />,
    },
  ];
  if (!showsSaving) return columns;
  return [
    ...columns,
    {
      id: 'saving',
      label: 'Spot saved',
      unit: 'net',
      isNumeric: true,
      render: row => <Money amount={row.spotNetSavingPicoUsd} />,
    },
  ];
}
