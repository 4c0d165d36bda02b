import { Alert, Button, SearchField, Select } from '@backstage/ui';
import { RiAddLine } from '@remixicon/react';
import { PageFrame, Panel } from '../../components/PageFrame';
import { Loadable } from '../../components/StatePanels';
import { IssueKeyDialog } from './IssueKeyDialog';
import { useKeyChoices, useKeys, useKeysAddress } from './keys.hooks';
import { KeyList } from './KeyList';

const STATUSES = [
  { id: 'all', label: 'All statuses' },
  { id: 'active', label: 'Active' },
  { id: 'expired', label: 'Expired' },
  { id: 'revoked', label: 'Revoked' },
];

/** The gateway keys of the departments that the user sees, and the way to a new one. */
export function KeysPage() {
  const [address, change] = useKeysAddress();
  const keys = useKeys();
  const choices = useKeyChoices();
  const ready =
    choices.loaded.status === 'ready' ? choices.loaded.data : undefined;
  const mayIssue = Boolean(ready?.applications.length);
  return (
    <PageFrame
      title="Keys"
      controls={
        <>
          <SearchField
            aria-label="Search keys by name"
            placeholder="Search keys"
            value={address.q}
            onChange={q => change({ q, offset: '0' })}
          />
          <Select
            aria-label="Status"
            options={STATUSES}
            value={address.status || 'all'}
            onChange={status =>
              change({
                status: status === 'all' ? '' : String(status),
                offset: '0',
              })
            }
          />
        </>
      }
      action={
        mayIssue && (
          <Button
            variant="primary"
            iconStart={<RiAddLine />}
            onPress={() => change({ issue: '1' })}
          >
            Issue key
          </Button>
        )
      }
    >
      {ready && !mayIssue && address.issue && (
        <Alert
          status="info"
          icon
          title="You may not issue keys"
          description="Ask a member of the department that owns the application."
        />
      )}
      <Panel>
        <Loadable
          loaded={choices.loaded}
          what="applications and models"
          onRetry={choices.reload}
        >
          {({ titleOf }) => (
            <KeyList keys={keys} titleOf={titleOf} mayIssue={mayIssue} />
          )}
        </Loadable>
      </Panel>
      {ready && mayIssue && address.issue && (
        <IssueKeyDialog
          choices={ready}
          model={address.model}
          onIssued={keys.reload}
          onClose={() => change({ issue: '', model: '' })}
        />
      )}
    </PageFrame>
  );
}
