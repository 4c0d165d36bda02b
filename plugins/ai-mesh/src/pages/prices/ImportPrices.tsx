import { Alert, Button, Text } from '@backstage/ui';
import {
  PriceChange,
  PriceImport,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ChangeEvent } from 'react';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Panel } from '../../components/PageFrame';
import { EmptyPanel } from '../../components/StatePanels';
import { StatusBadge } from '../../components/StatusBadge';
import { NOTHING } from '../../utils/format';
import { PriceName } from './PriceName';
import styles from './prices.module.css';
import {
  countOutcomes,
  countPrices,
  describeFactor,
  formatValidity,
  outcomeOf,
  toSkuText,
} from './prices.utils';
import { RateList } from './RateList';
import { Upload, useUpload } from './useUpload';

type ChangeRow = PriceChange & { id: string };
type ProblemRow = PriceImport['problems'][number] & { id: string };

const CHANGE_COLUMNS: DataColumn<ChangeRow>[] = [
  {
    id: 'price',
    label: 'Price',
    unit: 'where, tier',
    isRowHeader: true,
    render: change => <PriceName sku={change} />,
  },
  {
    id: 'outcome',
    label: 'What becomes of it',
    render: ({ outcome, changedClass, factor, isBackDated }) => (
      <>
        <StatusBadge {...outcomeOf(outcome)} />
        {changedClass && (
          <div className={styles.second}>{describeFactor(factor)}</div>
        )}
        {isBackDated && (
          <div className={styles.second}>
            Begins in the past: what was booked is corrected
          </div>
        )}
      </>
    ),
  },
  {
    id: 'present',
    label: 'In force',
    render: ({ present }) => (present ? <RateList price={present} /> : NOTHING),
  },
  {
    id: 'offered',
    label: 'In the file',
    render: change => <RateList price={change} />,
  },
  { id: 'validity', label: 'Valid', render: formatValidity },
];

const PROBLEM_COLUMNS: DataColumn<ProblemRow>[] = [
  {
    id: 'line',
    label: 'Line',
    isRowHeader: true,
    render: problem => problem.line,
  },
  {
    id: 'column',
    label: 'Column',
    render: problem => problem.column ?? 'Whole line',
  },
  { id: 'problem', label: 'Problem', render: problem => problem.problem },
];

/** The way in for a price list: choose a file, see what it would change, take it over. */
export function ImportPrices(props: {
  canImport: boolean;
  onImported: () => void;
}) {
  const upload = useUpload(props.onImported);
  if (!props.canImport) {
    return (
      <Panel>
        <EmptyPanel
          title="You may not import prices"
          description="Ask a platform engineer."
        />
      </Panel>
    );
  }
  return (
    <>
      <Panel>
        <FileChoice onChoose={upload.choose} />
        <Text role="status" color="secondary">
          {upload.notice}
        </Text>
        {upload.error && (
          <Alert role="alert" status="danger" icon title={upload.error} />
        )}
      </Panel>
      {upload.preview && <Preview upload={upload} preview={upload.preview} />}
    </>
  );
}

function FileChoice(props: { onChoose: (file: File) => void }) {
  function onChange(event: ChangeEvent<HTMLInputElement>) {
    const file = event.target.files?.[0];
    if (file) props.onChoose(file);
    event.target.value = ''; // the same file again, once it is mended
  }
  return (
    <div className={styles.choose}>
      <label htmlFor="price-file">
        <Text weight="bold">Price list, .csv or .json</Text>
      </label>
      <input
        id="price-file"
        type="file"
        accept=".csv,.json"
        aria-describedby="price-file-help"
        onChange={onChange}
      />
      <Text as="p" id="price-file-help" color="secondary" variant="body-small">
        One rate a row, under the columns{' '}
        <code>
          price_key, region, service_tier, class, above_input_tokens, usd, per,
          currency, valid_from, valid_to
        </code>
        . A row such as <code>azure/gpt-4o,,,input,,2.50,1M,USD,,</code> says:
        2.50 USD for a million tokens of input, everywhere, from now on. Nothing
        is taken before you have seen what it changes.
      </Text>
    </div>
  );
}

function Preview(props: { upload: Upload; preview: PriceImport }) {
  const { upload, preview } = props;
  const { taken, waiting, left } = countOutcomes(preview);
  if (preview.problems.length > 0) {
    return (
      <Panel
        title={
          <Text as="h2" variant="body-medium" weight="bold">
            {`${upload.fileName} is not taken: mend it and choose it again`}
          </Text>
        }
      >
        <DataTable
          label="Problems of the file"
          columns={PROBLEM_COLUMNS}
          rows={preview.problems.map((each, index) => ({
            ...each,
            id: String(index),
          }))}
        />
      </Panel>
    );
  }
  return (
    <Panel
      title={
        <>
          <Text as="h2" variant="body-medium" weight="bold">
            {`${upload.fileName}: ${countPrices(
              taken,
            )} would be taken, ${waiting} would wait for review, ${left} stay`}
          </Text>
          <Button
            variant="primary"
            isDisabled={taken + waiting === 0}
            isPending={upload.isBusy}
            onPress={upload.save}
          >
            {`Import ${countPrices(taken + waiting)}`}
          </Button>
        </>
      }
    >
      <DataTable
        label="What the file would change"
        columns={CHANGE_COLUMNS}
        rows={preview.changes.map(each => ({
          ...each,
          id: `${toSkuText(each)} ${each.validFrom ?? ''}`,
        }))}
      />
    </Panel>
  );
}
