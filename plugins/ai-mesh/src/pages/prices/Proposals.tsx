import { Button, Select } from '@backstage/ui';
import { PriceProposal } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useMemo, useState } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Panel } from '../../components/PageFrame';
import { Pages } from '../../components/Pages';
import { RelativeDate } from '../../components/RelativeDate';
import { EmptyPanel, Loadable } from '../../components/StatePanels';
import { StatusBadge, Tone } from '../../components/StatusBadge';
import { nameOfRef } from '../../utils/entityNames';
import { DecideDialog, Decision } from './DecideDialog';
import { PriceName } from './PriceName';
import { PAGE_SIZE, usePricesAddress, useProposals } from './prices.hooks';
import styles from './prices.module.css';
import {
  describeFactor,
  formatValidity,
  labelOf,
  ratesBeforeAfter,
} from './prices.utils';

const STATES: Record<PriceProposal['state'], { tone: Tone; text: string }> = {
  waiting: { tone: 'warning', text: 'Waiting' },
  approved: { tone: 'positive', text: 'Approved' },
  rejected: { tone: 'negative', text: 'Rejected' },
  superseded: { tone: 'neutral', text: 'Superseded' },
};

const COLUMNS: DataColumn<PriceProposal>[] = [
  {
    id: 'price',
    label: 'Price',
    unit: 'where, tier',
    isRowHeader: true,
    render: each => <PriceName sku={each} contractId={each.contractId} />,
  },
  {
    id: 'change',
    label: 'Changes most',
    unit: 'in force → offered',
    render: ({ changedClass, present, rates, factor }) => (
      <>
        <div>{`${labelOf(changedClass)}: ${ratesBeforeAfter(
          changedClass,
          present?.rates,
          rates,
        )}`}</div>
        <div className={styles.second}>{describeFactor(factor)}</div>
      </>
    ),
  },
  {
    id: 'validity',
    label: 'Would be valid',
    render: each =>
      each.validFrom === undefined ? 'from its approval' : formatValidity(each),
  },
  {
    id: 'source',
    label: 'Offered by',
    render: ({ source, proposedBy, proposedAt }) => (
      <>
        <div>{proposedBy ? nameOfRef(proposedBy) : source}</div>
        <div className={styles.second}>
          <RelativeDate at={proposedAt} isShort />
        </div>
      </>
    ),
  },
  {
    id: 'state',
    label: 'State',
    render: ({ state, decidedBy, reason, canReject, canApprove }) => (
      <>
        <StatusBadge {...STATES[state]} />
        {canReject && !canApprove && (
          <div className={styles.note}>
            You uploaded it: somebody else approves
          </div>
        )}
        {decidedBy && (
          <div className={styles.second}>
            {`${nameOfRef(decidedBy)}: ${reason ?? ''}`}
          </div>
        )}
      </>
    ),
  },
];

/** The changes that are too large to be taken unseen. */
export function Proposals(props: { onDecided: () => void }) {
  const { loaded, reload } = useProposals();
  const [{ state, offset }, change] = usePricesAddress();
  const [decision, setDecision] = useState<Decision>();
  const columns = useMemo(() => [...COLUMNS, actionColumn(setDecision)], []);
  return (
    <Panel>
      <Loadable loaded={loaded} what="price changes" onRetry={reload}>
        {({ items, total }, { isStale }) =>
          items.length === 0 ? (
            <EmptyPanel
              title={
                state === 'waiting' && offset === '0'
                  ? 'Nothing waits for review'
                  : 'No such price change'
              }
              description="A price that changes more than five times, or to or from zero, waits here; the old one holds until somebody decides."
            />
          ) : (
            <>
              <DataTable
                label="Price changes"
                columns={columns}
                rows={items}
                isStale={isStale}
              />
              <Pages
                total={total}
                pageSize={PAGE_SIZE}
                offset={Number(offset) || 0}
                onChange={first => change({ offset: first })}
              />
            </>
          )
        }
      </Loadable>
      {decision && (
        <DecideDialog
          decision={decision}
          onClose={() => setDecision(undefined)}
          onDecided={() => {
            setDecision(undefined);
            reload();
            props.onDecided();
          }}
        />
      )}
    </Panel>
  );
}

function actionColumn(
  onDecide: (decision: Decision) => void,
): DataColumn<PriceProposal> {
  return {
    id: 'actions',
    label: 'Actions',
    isNumeric: true,
    render: proposal =>
      proposal.canReject ? (
        <div className={styles.actions}>
          {proposal.canApprove && (
            <Button
              size="small"
              variant="secondary"
              aria-label={`Approve the price of ${proposal.priceKey}`}
              onPress={() => onDecide({ verb: 'approve', proposal })}
            >
              Approve
            </Button>
          )}
          <Button
            size="small"
            variant="tertiary"
            aria-label={`Reject the price of ${proposal.priceKey}`}
            onPress={() => onDecide({ verb: 'reject', proposal })}
          >
            Reject
          </Button>
        </div>
      ) : undefined,
  };
}

/** Which changes the list shows. */
export function ProposalFilter() {
  const [{ state }, change] = usePricesAddress();
  return (
    <Select
      aria-label="State"
      options={[
        ...Object.entries(STATES).map(([id, { text }]) => ({
          id,
          label: text,
        })),
        { id: 'all', label: 'All states' },
      ]}
      value={state}
      onChange={chosen => change({ state: String(chosen), offset: '0' })}
    />
  );
}
