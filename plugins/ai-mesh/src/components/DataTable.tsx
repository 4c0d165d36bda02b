import {
  Cell,
  Column,
  Row,
  SortDescriptor,
  TableBody,
  TableHeader,
  TableRoot,
} from '@backstage/ui';
import { ReactNode } from 'react';
import styles from './DataTable.module.css';

/** One column of a {@link DataTable}. */
export interface DataColumn<T> {
  id: string;
  label: string;
  /** Stands under the label, for example `USD per 1M tokens`. */
  unit?: string;
  /** Explains the label. */
  help?: ReactNode;
  isNumeric?: boolean;
  isSortable?: boolean;
  /** Names the row to screen readers; exactly one column of a table does. */
  isRowHeader?: boolean;
  render: (row: T) => ReactNode;
}

/** A dense table for comparing; sorting is a wish to the caller, who knows where the rows come from. */
export function DataTable<T extends { id: string }>(props: {
  /** What the rows are, for screen readers. */
  label: string;
  /** Kept stable by the caller, as the rows are drawn again when it changes. */
  columns: readonly DataColumn<T>[];
  rows: readonly T[];
  sort?: SortDescriptor;
  onSort?: (sort: SortDescriptor) => void;
  /** What opening a row does; rows are plain text when absent. */
  onOpen?: (row: T) => void;
  /** Rows that sum up others. */
  isSum?: (row: T) => boolean;
  isStale?: boolean;
}) {
  const { columns, rows, onOpen } = props;
  return (
    <div className={styles.scroller}>
      <TableRoot
        aria-label={props.label}
        sortDescriptor={props.sort}
        onSortChange={props.onSort}
        stale={props.isStale}
      >
        <TableHeader columns={[...columns]}>
          {column => (
            <Column
              id={column.id}
              textValue={column.label}
              isRowHeader={column.isRowHeader}
              allowsSorting={column.isSortable}
              className={headClassName(column)}
            >
              {column.label}
              {column.help}
              {column.unit && (
                <span className={styles.unit}>{column.unit}</span>
              )}
            </Column>
          )}
        </TableHeader>
        <TableBody items={rows} dependencies={[columns, onOpen]}>
          {row => (
            <Row
              id={row.id}
              columns={[...columns]}
              onAction={onOpen && (() => onOpen(row))}
              className={rowClassName(props.isSum?.(row), Boolean(onOpen))}
            >
              {column => (
                <Cell className={cellClassName(column)}>
                  {column.render(row)}
                </Cell>
              )}
            </Row>
          )}
        </TableBody>
      </TableRoot>
    </div>
  );
}

function headClassName(column: DataColumn<never>) {
  return `${styles.head} ${column.isNumeric ? styles.numericHead : ''}`;
}

function cellClassName(column: DataColumn<never>) {
  return `${styles.cell} ${column.isNumeric ? styles.numeric : ''}`;
}

function rowClassName(isSum: boolean | undefined, canOpen: boolean) {
  return `${isSum ? styles.sum : ''} ${canOpen ? styles.canOpen : ''}`;
}
