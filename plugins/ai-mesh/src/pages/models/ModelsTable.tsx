import { SortDescriptor } from '@backstage/ui';
import { ModelPrice } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { CopyButton } from '../../components/CopyButton';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Price } from '../../components/Price';
import { nameOfRef } from '../../utils/entityNames';
import { formatCount, NOTHING } from '../../utils/format';
import { ModelRow } from './models.utils';
import styles from './models.module.css';

const PER_MILLION = 'USD / 1M';
const MILLION = 'million tokens';

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
      model.kind === 'chat' ? formatCount(model.maxOutputTokens) : NOTHING,
  },
  {
    id: 'input',
    label: 'Input',
    unit: PER_MILLION,
    isNumeric: true,
    isSortable: true,
    render: model => <InputPrice price={model.price} />,
  },
  {
    id: 'cached',
    label: 'Cached input',
    unit: PER_MILLION,
    isNumeric: true,
    isSortable: true,
    render: model => (
      <Price usd={model.price?.cachedInputUsdPerMillion} unit={MILLION} />
    ),
  },
  {
    id: 'output',
    label: 'Output',
    unit: PER_MILLION,
    isNumeric: true,
    isSortable: true,
    render: model => <OutputPrice price={model.price} />,
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

/** By tokens; else by what is heard or spoken, with its unit. */
function InputPrice(props: { price: ModelPrice | undefined }) {
  const { price } = props;
  if (price?.inputUsdPerMillion === undefined) {
    if (price?.audioSecondUsd) {
      return <Price usd={price.audioSecondUsd} unit="second" showsUnit />;
    }
    if (price?.characterUsdPerMillion) {
      return (
        <Price
          usd={price.characterUsdPerMillion}
          unit="1M characters"
          showsUnit
        />
      );
    }
  }
  return <Price usd={price?.inputUsdPerMillion} unit={MILLION} />;
}

/** By tokens; else by the picture. */
function OutputPrice(props: { price: ModelPrice | undefined }) {
  const { price } = props;
  return price?.imageUsd && price.outputUsdPerMillion === undefined ? (
    <Price usd={price.imageUsd} unit="picture" showsUnit />
  ) : (
    <Price usd={price?.outputUsdPerMillion} unit={MILLION} />
  );
}

function NotServed() {
  return (
    <span className={styles.notServed}>Not served: no price is known</span>
  );
}
