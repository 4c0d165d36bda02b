import { SortDescriptor } from '@backstage/ui';
import {
  PicoUsd,
  SpendGroupBy,
  SpendReport,
  SpendRow,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useMemo } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { HelpTip } from '../../components/HelpTip';
import { Money } from '../../components/Money';
import { Pages } from '../../components/Pages';
import { formatCount, formatPercent } from '../../utils/format';
import { PAGE_SIZE, useSpendAddress } from './spend.hooks';
import { GROUP_LABELS } from './spend.utils';

/** The rows of the report; the server sorts and pages them. */
export function SpendRows(props: {
  report: SpendReport;
  by: SpendGroupBy;
  isStale: boolean;
}) {
  const { report, by } = props;
  const [address, change] = useSpendAddress();
  const total = report.total.costPicoUsd;
  const columns = useMemo(() => columnsOf(by, total), [by, total]);
  const sort: SortDescriptor = {
    column: address.sort,
    direction: address.order,
  };
  const { offset } = address;
  return (
    <>
      <DataTable
        label={`Spend by ${GROUP_LABELS[by].toLowerCase()}`}
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

function columnsOf(by: SpendGroupBy, total: PicoUsd): DataColumn<SpendRow>[] {
  return [
    {
      id: 'label',
      label: GROUP_LABELS[by],
      isSortable: true,
      isRowHeader: true,
      render: row => <span title={row.id}>{row.label}</span>,
    },
    {
      id: 'requests',
      label: 'Requests',
      isNumeric: true,
      isSortable: true,
      render: row => formatCount(row.requests),
    },
    {
      id: 'inputTokens',
      label: 'Input tokens',
      isNumeric: true,
      render: row => formatCount(row.inputTokens),
    },
    {
      id: 'outputTokens',
      label: 'Output tokens',
      isNumeric: true,
      render: row => formatCount(row.outputTokens),
    },
    {
      id: 'tokens',
      label: 'All tokens',
      isNumeric: true,
      isSortable: true,
      render: row => formatCount(row.inputTokens + row.outputTokens),
    },
    {
      id: 'estimated',
      label: 'Estimated',
      isNumeric: true,
      render: row => formatPercent(row.estimatedPicoUsd, row.costPicoUsd),
    },
    {
      id: 'share',
      label: 'Share',
      isNumeric: true,
      render: row => formatPercent(row.costPicoUsd, total),
    },
    {
      id: 'cost',
      label: 'Cost',
      isNumeric: true,
      isSortable: true,
      render: row => <Money amount={row.costPicoUsd} />,
    },
    {
      id: 'saved',
      label: 'Saved',
      help: (
        <HelpTip
          label="What saved means"
          text="What the calls would have cost at the model that was asked for, less what they did cost, where a cheaper model or the cache answered instead. Below zero the stand-in came dearer."
        />
      ),
      isNumeric: true,
      render: row => <Money amount={row.avoidedPicoUsd} />,
    },
  ];
}
