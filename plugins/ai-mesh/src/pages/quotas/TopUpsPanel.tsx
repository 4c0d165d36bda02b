import { Button, Select, Text } from '@backstage/ui';
import { TopUp } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DateTime } from 'luxon';
import { useMemo, useState } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Money } from '../../components/Money';
import { Panel } from '../../components/PageFrame';
import { Pages } from '../../components/Pages';
import { EmptyPanel, Loadable } from '../../components/StatePanels';
import { StatusBadge, Tone } from '../../components/StatusBadge';
import { nameOfRef } from '../../utils/entityNames';
import { NOTHING } from '../../utils/format';
import { DecideTopUpDialog } from './DecideTopUpDialog';
import { PAGE_SIZE, useQuotasAddress, useTopUps } from './quotas.hooks';
import styles from './quotas.module.css';

const STATES = [
  { id: 'all', label: 'All top-ups' },
  { id: 'requested', label: 'Requested' },
  { id: 'approved', label: 'Approved' },
  { id: 'rejected', label: 'Rejected' },
];

const COLUMNS: DataColumn<TopUp>[] = [
  {
    id: 'title',
    label: 'Budget of',
    isRowHeader: true,
    render: topUp => topUp.title,
  },
  {
    id: 'amount',
    label: 'Amount',
    isNumeric: true,
    render: topUp => <Money amount={topUp.amountPicoUsd} />,
  },
  {
    id: 'reason',
    label: 'Reason',
    render: topUp => (
      <>
        {topUp.reason}
        <span className={styles.note}>{nameOfRef(topUp.requestedBy)}</span>
      </>
    ),
  },
  { id: 'from', label: 'From', render: topUp => formatMoment(topUp.startsAt) },
  { id: 'until', label: 'Until', render: topUp => formatMoment(topUp.endsAt) },
  {
    id: 'state',
    label: 'State',
    render: topUp => <StatusBadge {...stateOf(topUp)} />,
  },
  {
    id: 'decision',
    label: 'Decision',
    render: topUp =>
      topUp.decision === undefined ? (
        NOTHING
      ) : (
        <>
          {topUp.decision}
          <span className={styles.note}>
            {nameOfRef(topUp.decidedBy ?? '')}
          </span>
        </>
      ),
  },
];

/** The top-ups that were asked for, and the way to decide on them. */
export function TopUpsPanel(props: {
  topUps: ReturnType<typeof useTopUps>;
  onDecided: (topUp: TopUp, state: 'approved' | 'rejected') => void;
}) {
  const { loaded, reload } = props.topUps;
  const [{ topUps: state }, change] = useQuotasAddress();
  const [toDecide, setToDecide] = useState<TopUp>();
  return (
    <Panel
      title={
        <>
          <Text as="h2" variant="body-medium" weight="bold">
            Top-ups
          </Text>
          <div className={styles.filters}>
            <Select
              aria-label="State of top-ups"
              size="small"
              options={STATES}
              value={state || 'all'}
              onChange={chosen =>
                change({
                  topUps: chosen === 'all' ? '' : String(chosen),
                  topUpsOffset: '0',
                })
              }
            />
          </div>
        </>
      }
    >
      <Loadable loaded={loaded} what="top-ups" onRetry={reload}>
        {({ items, total }, { isStale }) => (
          <TopUpList
            topUps={items}
            total={total}
            isStale={isStale}
            onDecide={setToDecide}
          />
        )}
      </Loadable>
      {toDecide && (
        <DecideTopUpDialog
          topUp={toDecide}
          onClose={() => setToDecide(undefined)}
          onDecided={decided => {
            setToDecide(undefined);
            props.onDecided(toDecide, decided);
          }}
        />
      )}
    </Panel>
  );
}

function TopUpList(props: {
  topUps: readonly TopUp[];
  total: number;
  isStale: boolean;
  onDecide: (topUp: TopUp) => void;
}) {
  const { topUps, total, onDecide } = props;
  const [address, change] = useQuotasAddress();
  const offset = Number(address.topUpsOffset) || 0;
  const canDecide = topUps.some(each => each.canDecide);
  const columns = useMemo(
    () => (canDecide ? [...COLUMNS, decideColumn(onDecide)] : COLUMNS),
    [canDecide, onDecide],
  );
  if (topUps.length === 0) {
    return (
      <EmptyPanel
        title={address.topUps ? 'No top-up matches' : 'No top-ups'}
        description="When a budget will not do for a time, press “Top up” at it. Somebody else approves it."
      />
    );
  }
  return (
    <>
      <DataTable
        label="Top-ups"
        columns={columns}
        rows={topUps}
        isStale={props.isStale}
      />
      {total > PAGE_SIZE && (
        <Pages
          total={total}
          pageSize={PAGE_SIZE}
          offset={offset}
          onChange={topUpsOffset => change({ topUpsOffset })}
        />
      )}
    </>
  );
}

function decideColumn(onDecide: (topUp: TopUp) => void): DataColumn<TopUp> {
  return {
    id: 'actions',
    label: 'Actions',
    isNumeric: true,
    render: topUp =>
      topUp.canDecide && (
        <Button
          size="small"
          variant="tertiary"
          aria-label={`Decide on the top-up of ${topUp.title}`}
          onPress={() => onDecide(topUp)}
        >
          Decide
        </Button>
      ),
  };
}

function stateOf(topUp: TopUp): { tone: Tone; text: string } {
  switch (topUp.state) {
    case 'requested':
      return { tone: 'warning', text: 'Requested' };
    case 'rejected':
      return { tone: 'negative', text: 'Rejected' };
    default:
      return topUp.isActive
        ? { tone: 'positive', text: 'Active' }
        : { tone: 'neutral', text: 'Approved' };
  }
}

function formatMoment(at: string): string {
  return DateTime.fromISO(at).toLocaleString(DateTime.DATETIME_MED);
}
