import { SortDescriptor } from '@backstage/ui';
import { GatewayKey } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useState } from 'react';
import { Pages } from '../../components/Pages';
import { EmptyPanel, Loadable } from '../../components/StatePanels';
import { PAGE_SIZE, useKeys, useKeysAddress } from './keys.hooks';
import { KeysTable } from './KeysTable';
import { RevokeKeyDialog } from './RevokeKeyDialog';

/** The list with its pages, and the question before a key is revoked. */
export function KeyList(props: {
  keys: ReturnType<typeof useKeys>;
  titleOf: (entityRef: string) => string;
  mayIssue: boolean;
}) {
  const { loaded, reload } = props.keys;
  const [address, change] = useKeysAddress();
  const [toRevoke, setToRevoke] = useState<GatewayKey>();
  const offset = Number(address.offset) || 0;
  const sort: SortDescriptor = {
    column: address.sort,
    direction: address.order === 'ascending' ? 'ascending' : 'descending',
  };
  return (
    <Loadable loaded={loaded} what="keys" onRetry={reload}>
      {({ items, total }, { isStale }) =>
        items.length === 0 ? (
          <NoKeys
            isFiltered={Boolean(address.q || address.status || offset)}
            mayIssue={props.mayIssue}
          />
        ) : (
          <>
            <KeysTable
              keys={items}
              titleOf={props.titleOf}
              sort={sort}
              isStale={isStale}
              onSort={({ column, direction }) =>
                change({ sort: String(column), order: direction, offset: '0' })
              }
              onRevoke={setToRevoke}
            />
            <Pages
              total={total}
              pageSize={PAGE_SIZE}
              offset={offset}
              onChange={first => change({ offset: first })}
            />
            {toRevoke && (
              <RevokeKeyDialog
                gatewayKey={toRevoke}
                applicationTitle={props.titleOf(toRevoke.applicationRef)}
                onClose={() => setToRevoke(undefined)}
                onRevoked={() => {
                  setToRevoke(undefined);
                  reload();
                }}
              />
            )}
          </>
        )
      }
    </Loadable>
  );
}

function NoKeys(props: { isFiltered: boolean; mayIssue: boolean }) {
  if (props.isFiltered) {
    return (
      <EmptyPanel
        title="No key matches"
        description="Try another name or status."
      />
    );
  }
  return (
    <EmptyPanel
      title="No keys yet"
      description={
        props.mayIssue
          ? 'A key lets one application call the models you choose. Press “Issue key” to make the first one.'
          : 'Keys of your departments appear here. You may not issue keys: ask a member of the department that owns the application.'
      }
    />
  );
}
