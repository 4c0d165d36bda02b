import { Button, SortDescriptor } from '@backstage/ui';
import { GatewayKey } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useMemo } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { HelpTip } from '../../components/HelpTip';
import { RelativeDate } from '../../components/RelativeDate';
import { StatusBadge, Tone } from '../../components/StatusBadge';
import styles from './keys.module.css';
import { limitsInWords } from './keys.utils';

const STATUS: Record<GatewayKey['status'], { tone: Tone; text: string }> = {
  active: { tone: 'positive', text: 'Active' },
  expired: { tone: 'warning', text: 'Expired' },
  revoked: { tone: 'neutral', text: 'Revoked' },
};

/** The keys, never their secrets. */
export function KeysTable(props: {
  keys: readonly GatewayKey[];
  titleOf: (entityRef: string) => string;
  sort: SortDescriptor;
  isStale: boolean;
  onSort: (sort: SortDescriptor) => void;
  onRevoke: (key: GatewayKey) => void;
}) {
  const { titleOf, onRevoke } = props;
  const columns = useMemo(
    () => columnsOf(titleOf, onRevoke),
    [titleOf, onRevoke],
  );
  return (
    <DataTable
      label="Gateway keys"
      columns={columns}
      rows={props.keys}
      sort={props.sort}
      onSort={props.onSort}
      isStale={props.isStale}
    />
  );
}

function columnsOf(
  titleOf: (entityRef: string) => string,
  onRevoke: (key: GatewayKey) => void,
): DataColumn<GatewayKey>[] {
  return [
    {
      id: 'name',
      label: 'Name',
      isSortable: true,
      isRowHeader: true,
      render: key => (
        <>
          <div className={styles.name}>{key.name}</div>
          <div className={styles.ending}>…{key.lastFour}</div>
        </>
      ),
    },
    {
      id: 'application',
      label: 'Application',
      unit: 'department',
      render: key => (
        <>
          <div>{titleOf(key.applicationRef)}</div>
          <div className={styles.department}>{titleOf(key.departmentRef)}</div>
        </>
      ),
    },
    {
      id: 'models',
      label: 'Models',
      render: key => <ModelNames names={key.models} />,
    },
    {
      id: 'criticality',
      label: 'Criticality',
      unit: 'own limits',
      help: (
        <HelpTip
          label="What criticality means"
          text="A critical key gets the model that was asked for, or an error. For a non-critical one a cheaper model may stand in. Limits that a key does not have of its own are the defaults of the installation."
        />
      ),
      render: key => (
        <>
          {key.criticality === 'critical' ? 'Critical' : 'Non-critical'}
          {limitsInWords(key.limits).map(text => (
            <div key={text} className={styles.ownLimit}>
              {text}
            </div>
          ))}
        </>
      ),
    },
    {
      id: 'status',
      label: 'Status',
      render: key => <StatusBadge {...STATUS[key.status]} />,
    },
    {
      id: 'issuedAt',
      label: 'Issued',
      isSortable: true,
      render: key => <RelativeDate at={key.issuedAt} isShort />,
    },
    {
      id: 'expiresAt',
      label: 'Expires',
      isSortable: true,
      render: key => <RelativeDate at={key.expiresAt} />,
    },
    {
      id: 'lastUsedAt',
      label: 'Last used',
      render: key => <RelativeDate at={key.lastUsedAt} never="Never" isShort />,
    },
    {
      id: 'actions',
      label: 'Actions',
      isNumeric: true,
      render: key =>
        key.canRevoke && key.status === 'active' ? (
          <Button
            size="small"
            variant="tertiary"
            aria-label={`Revoke ${key.name}`}
            onPress={() => onRevoke(key)}
          >
            Revoke
          </Button>
        ) : undefined,
    },
  ];
}

const SHOWN_MODELS = 2;

function ModelNames(props: { names: readonly string[] }) {
  const { names } = props;
  const more = names.length - SHOWN_MODELS;
  return (
    <span className={styles.models} title={names.join(', ')}>
      {names.slice(0, SHOWN_MODELS).join(', ')}
      {more > 0 && ` and ${more} more`}
    </span>
  );
}
