import { TablePagination } from '@backstage/ui';
import { PAGE_SIZE, usePricesAddress } from './prices.hooks';

/** The way through the pages of a list; the address says which one is shown. */
export function Pages(props: { total: number }) {
  const [address, change] = usePricesAddress();
  const offset = Number(address.offset) || 0;
  return (
    <TablePagination
      pageSize={PAGE_SIZE}
      pageSizeOptions={[]}
      offset={offset}
      totalCount={props.total}
      hasPreviousPage={offset > 0}
      hasNextPage={offset + PAGE_SIZE < props.total}
      onPreviousPage={() =>
        change({ offset: String(Math.max(0, offset - PAGE_SIZE)) })
      }
      onNextPage={() => change({ offset: String(offset + PAGE_SIZE) })}
    />
  );
}
