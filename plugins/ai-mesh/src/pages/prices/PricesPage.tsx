import { Tab, TabList, TabPanel, Tabs } from '@backstage/ui';
import { PageFrame } from '../../components/PageFrame';
import { oneOf } from '../../components/useAddressState';
import { CurrentPrices, PriceFilters } from './CurrentPrices';
import { ImportPrices } from './ImportPrices';
import { usePrices, usePricesAddress } from './prices.hooks';
import styles from './prices.module.css';
import { ProposalFilter, Proposals } from './Proposals';

const VIEWS = ['current', 'review', 'import'] as const;

/** The price book: what holds, what waits for a person, and the way in for a price list. */
export function PricesPage() {
  const [address, change] = usePricesAddress();
  const prices = usePrices();
  const view = oneOf(address.view, VIEWS, 'current');
  const page =
    prices.loaded.status === 'ready' ? prices.loaded.data : undefined;
  return (
    <PageFrame
      title="Prices"
      controls={
        <>
          {view === 'current' && <PriceFilters page={page} />}
          {view === 'review' && <ProposalFilter />}
        </>
      }
    >
      <Tabs
        selectedKey={view}
        onSelectionChange={key => change({ view: String(key), offset: '0' })}
      >
        <TabList>
          <Tab id="current">Current</Tab>
          <Tab id="review">Waiting for review</Tab>
          <Tab id="import">Import</Tab>
        </TabList>
        <TabPanel id="current" className={styles.pages}>
          <CurrentPrices prices={prices} />
        </TabPanel>
        <TabPanel id="review" className={styles.pages}>
          <Proposals onDecided={prices.reload} />
        </TabPanel>
        <TabPanel id="import" className={styles.pages}>
          <ImportPrices
            canImport={page?.canImport ?? true}
            onImported={prices.reload}
          />
        </TabPanel>
      </Tabs>
    </PageFrame>
  );
}
