import { TablePagination } from '@backstage/ui';

/** The way through the pages of a list. */
export function Pages(props: {
  /** Rows in all. */
  total: number;
  /** Rows on one page. */
  pageSize: number;
  /** The first row that is shown, from 0. */
  offset: number;
  /** Another page is wanted: its first row, as the address has it. */
  onChange: (offset: string) => void;
}) {
  const { total, pageSize, offset, onChange } = props;
  return (
    <TablePagination
      pageSize={pageSize}
      pageSizeOptions={[]}
      offset={offset}
      totalCount={total}
      hasPreviousPage={offset > 0}
      hasNextPage={offset + pageSize < total}
      onPreviousPage={() => onChange(String(Math.max(0, offset - pageSize)))}
      onNextPage={() => onChange(String(offset + pageSize))}
    />
  );
}
