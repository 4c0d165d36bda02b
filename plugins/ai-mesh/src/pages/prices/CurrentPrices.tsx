import { SearchField, Select } from '@backstage/ui';
import {
  PricedClass,
  PricePage,
  PriceVersion,
  serviceTierSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DataColumn, DataTable } from '../../components/DataTable';
import { Panel } from '../../components/PageFrame';
import { Pages } from '../../components/Pages';
import { formatPrice } from '../../components/Price';
import { RelativeDate } from '../../components/RelativeDate';
import { EmptyPanel, Loadable } from '../../components/StatePanels';
import { formatCount, NOTHING } from '../../utils/format';
import { HistoryDialog } from './HistoryDialog';
import { PriceName } from './PriceName';
import { PAGE_SIZE, usePrices, usePricesAddress } from './prices.hooks';
import styles from './prices.module.css';
import {
  describeRate,
  parseSkuText,
  ratePartsOf,
  tierName,
  toSkuText,
} from './prices.utils';

const PER_MILLION = 'USD per 1M tokens';
const OWN_COLUMN: readonly PricedClass[] = ['input', 'cached-input', 'output'];

const COLUMNS: DataColumn<PriceVersion>[] = [
  {
    id: 'priceKey',
    label: 'Price',
    unit: 'where, tier',
    isSortable: true,
    isRowHeader: true,
    render: price => <PriceName sku={price} contractId={price.contractId} />,
  },
  rateColumn('input', 'Input'),
  rateColumn('cached-input', 'Cached input'),
  rateColumn('output', 'Output'),
  {
    id: 'other',
    label: 'Other rates',
    render: price => <OtherRates price={price} />,
  },
  {
    id: 'validFrom',
    label: 'Valid from',
    isSortable: true,
    render: price => <RelativeDate at={price.validFrom} />,
  },
  {
    id: 'source',
    label: 'Source',
    isSortable: true,
    render: price => <div className={styles.source}>{price.source}</div>,
  },
];

function rateColumn(
  pricedClass: PricedClass,
  label: string,
): DataColumn<PriceVersion> {
  return {
    id: pricedClass,
    label,
    unit: PER_MILLION,
    isNumeric: true,
    render: ({ rates }) => {
      const part = ratePartsOf(rates).find(
        each => each.pricedClass === pricedClass,
      );
      return part ? formatPrice(part.usd) : NOTHING;
    },
  };
}

function OtherRates(props: { price: PriceVersion }) {
  const { rates, longContext } = props.price;
  const others = ratePartsOf(rates).filter(
    each => !OWN_COLUMN.includes(each.pricedClass),
  );
  const [first] = longContext;
  if (others.length === 0 && !first) return <>{NOTHING}</>;
  return (
    <ul className={`${styles.rates} ${styles.second}`}>
      {others.map(part => (
        <li key={part.pricedClass}>{describeRate(part)}</li>
      ))}
      {first && (
        <li>
          {`Others above ${formatCount(first.aboveInputTokens)} input tokens`}
        </li>
      )}
    </ul>
  );
}

/** What everything costs now; a row opens what it cost before. */
export function CurrentPrices(props: { prices: ReturnType<typeof usePrices> }) {
  const { loaded, reload } = props.prices;
  const [address, change] = usePricesAddress();
  const sku = parseSkuText(address.price);
  return (
    <Panel>
      <Loadable loaded={loaded} what="prices" onRetry={reload}>
        {(page, { isStale }) =>
          page.items.length === 0 ? (
            <NoPrices />
          ) : (
            <>
              <DataTable
                label="Current prices"
                columns={COLUMNS}
                rows={page.items}
                isStale={isStale}
                sort={{
                  column: address.sort,
                  direction:
                    address.order === 'descending' ? 'descending' : 'ascending',
                }}
                onSort={({ column, direction }) =>
                  change({
                    sort: String(column),
                    order: direction,
                    offset: '0',
                  })
                }
                onOpen={price => change({ price: toSkuText(price) })}
              />
              <Pages
                total={page.total}
                pageSize={PAGE_SIZE}
                offset={Number(address.offset) || 0}
                onChange={offset => change({ offset })}
              />
            </>
          )
        }
      </Loadable>
      {sku && <HistoryDialog sku={sku} onClose={() => change({ price: '' })} />}
    </Panel>
  );
}

function NoPrices() {
  const [{ q, provider, tier, source, offset }] = usePricesAddress();
  return q || provider || tier || source || offset !== '0' ? (
    <EmptyPanel
      title="No price matches"
      description="Try another name, provider, tier or source."
    />
  ) : (
    <EmptyPanel
      title="No prices yet"
      description="Import a price list under “Import”, or name prices in the configuration under aiMesh.prices."
    />
  );
}

/** What the list is narrowed down to. */
export function PriceFilters(props: { page: PricePage | undefined }) {
  const [address, change] = usePricesAddress();
  const providers = props.page?.providers ?? [];
  return (
    <>
      <SearchField
        aria-label="Search prices by model"
        placeholder="Search prices"
        value={address.q}
        onChange={q => change({ q, offset: '0' })}
      />
      <Select
        aria-label="Provider"
        options={[
          { id: 'all', label: 'All providers' },
          ...providers.map(each => ({ id: each, label: each })),
        ]}
        value={address.provider || 'all'}
        onChange={provider =>
          change({
            provider: provider === 'all' ? '' : String(provider),
            offset: '0',
          })
        }
      />
      <Select
        aria-label="Tier of service"
        options={[
          { id: 'all', label: 'All tiers' },
          ...serviceTierSchema.options.map(each => ({
            id: each,
            label: tierName(each),
          })),
        ]}
        value={address.tier || 'all'}
        onChange={tier =>
          change({ tier: tier === 'all' ? '' : String(tier), offset: '0' })
        }
      />
      <SearchField
        aria-label="Search prices by source"
        placeholder="Source"
        value={address.source}
        onChange={source => change({ source, offset: '0' })}
      />
    </>
  );
}
