import { TablePagination } from '@backstage/ui';
import { PAGE_SIZE, useBooksAddress } from './books.hooks';

/** The way through the pages of a list; the address says which one is shown. */
export function Pages(props: {
  total: number;
  /** The part of the address that holds the first row. */
  name: 'offset' | 'records' | 'lines';
}) {
  const { total, name } = props;
  const [address, change] = useBooksAddress();
  const offset = Number(address[name]) || 0;
  if (total <= PAGE_SIZE && offset === 0) return null;
  return (
    <TablePagination
      pageSize={PAGE_SIZE}
      pageSizeOptions={[]}
      offset={offset}
      totalCount={total}
      hasPreviousPage={offset > 0}
      hasNextPage={offset + PAGE_SIZE < total}
      onPreviousPage={() =>
        change({ [name]: String(Math.max(0, offset - PAGE_SIZE)) })
      }
      onNextPage={() => change({ [name]: String(offset + PAGE_SIZE) })}
    />
  );
}
