import { SortDescriptor } from '@backstage/ui';
import { CopyButton } from '../../components/CopyButton';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Price } from '../../components/Price';
import { nameOfRef } from '../../utils/entityNames';
import { formatCount, NOTHING } from '../../utils/format';
import { ModelRow } from './models.utils';
import styles from './models.module.css';

const PER_MILLION = 'USD / 1M';

const COLUMNS: DataColumn<ModelRow>[] = [
  {
    id: 'name',
    label: 'Model',
    isSortable: true,
    isRowHeader: true,
    render: model => <ModelName model={model} />,
  },
  {
    id: 'kind',
    label: 'Kind',
    unit: 'lifecycle',
    isSortable: true,
    render: model => (
      <>
        <div>{model.kind}</div>
        <div className={styles.second}>{model.lifecycle}</div>
      </>
    ),
  },
  {
    id: 'context',
    label: 'Context',
    unit: 'tokens',
    isNumeric: true,
    isSortable: true,
    render: model => formatCount(model.contextTokens),
  },
  {
    id: 'maxOutput',
    label: 'Max output',
    unit: 'tokens',
    isNumeric: true,
    isSortable: true,
    render: model =>
      model.kind === 'embedding' ? NOTHING : formatCount(model.maxOutputTokens),
  },
  {
    id: 'input',
    label: 'Input',
    unit: PER_MILLION,
    isNumeric: true,
    isSortable: true,
    render: model => <Price usdPerMillion={model.price?.inputUsdPerMillion} />,
  },
  {
    id: 'cached',
    label: 'Cached input',
    unit: PER_MILLION,
    isNumeric: true,
    isSortable: true,
    render: model => (
      <Price usdPerMillion={model.price?.cachedInputUsdPerMillion} />
    ),
  },
  {
    id: 'output',
    label: 'Output',
    unit: PER_MILLION,
    isNumeric: true,
    isSortable: true,
    render: model => <Price usdPerMillion={model.price?.outputUsdPerMillion} />,
  },
  {
    id: 'provider',
    label: 'Provider',
    isSortable: true,
    render: model => model.provider,
  },
  {
    id: 'owner',
    label: 'Owner',
    isSortable: true,
    render: model => (
      <span className={styles.owner}>{nameOfRef(model.ownerRef)}</span>
    ),
  },
  {
    id: 'tags',
    label: 'Tags',
    render: model => (
      <div className={styles.tags} title={model.tags.join(', ')}>
        {model.tags.join(', ')}
      </div>
    ),
  },
];

/** The catalog for comparing; opening a row shows the details of its model. */
export function ModelsTable(props: {
  models: readonly ModelRow[];
  sort: SortDescriptor;
  onSort: (sort: SortDescriptor) => void;
  onOpen: (model: ModelRow) => void;
}) {
  return (
    <DataTable
      label="Models"
      columns={COLUMNS}
      rows={props.models}
      sort={props.sort}
      onSort={props.onSort}
      onOpen={props.onOpen}
    />
  );
}

function ModelName(props: { model: ModelRow }) {
  const { model } = props;
  return (
    <div className={styles.name}>
      <div>
        <span className={styles.id}>{model.name}</span>
        <CopyButton text={model.name} label={`Copy ${model.name}`} />
      </div>
      <div className={styles.title}>
        {model.price ? model.title : <NotServed />}
      </div>
    </div>
  );
}

function NotServed() {
  return (
    <span className={styles.notServed}>Not served: no price is known</span>
  );
}
