import { Select, Tab, TabList, TabPanel, Tabs } from '@backstage/ui';
import { BookMonthList } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { PageFrame, Panel } from '../../components/PageFrame';
import { EmptyPanel, Loadable } from '../../components/StatePanels';
import { oneOf } from '../../components/useAddressState';
import { useBooksAddress, useMonths } from './books.hooks';
import { formatBookMonth } from './books.utils';
import { InvoicesView } from './InvoicesView';
import { MonthsView } from './MonthsView';
import { QualityView } from './QualityView';
import styles from './books.module.css';

const VIEWS = ['months', 'invoices', 'quality'] as const;

/** The books of the company: months and their closing, invoices of providers, and how good the data is. */
export function BooksPage() {
  const [address, change] = useBooksAddress();
  const { loaded, reload } = useMonths();
  const view = oneOf(address.view, VIEWS, 'months');
  return (
    <PageFrame title="Books">
      <Loadable loaded={loaded} what="the books" onRetry={reload}>
        {list =>
          list.items.length === 0 ? (
            <Panel>
              <EmptyPanel
                title="Nothing is booked yet"
                description="The first call through the gateway opens the first month. Issue a key and call a model."
              />
            </Panel>
          ) : (
            <Tabs
              selectedKey={view}
              onSelectionChange={key =>
                change({ view: String(key), offset: '0' })
              }
            >
              <TabList>
                <Tab id="months">Months</Tab>
                <Tab id="invoices">Invoices</Tab>
                <Tab id="quality">Data quality</Tab>
              </TabList>
              <TabPanel id="months" className={styles.view}>
                <MonthsView list={list} onChanged={reload} />
              </TabPanel>
              <TabPanel id="invoices" className={styles.view}>
                <InvoicesView list={list} onChanged={reload} />
              </TabPanel>
              <TabPanel id="quality" className={styles.view}>
                <MonthChoice list={list} />
                <QualityView list={list} />
              </TabPanel>
            </Tabs>
          )
        }
      </Loadable>
    </PageFrame>
  );
}

function MonthChoice(props: { list: BookMonthList }) {
  const [{ month }, change] = useBooksAddress();
  const { items } = props.list;
  return (
    <Select
      className={styles.choice}
      label="Month (UTC)"
      options={items.map(each => ({
        id: each.month,
        label: formatBookMonth(each.month),
      }))}
      value={month || items[0].month}
      onChange={id =>
        change({ month: String(id), records: '0', lines: '0', flag: '' })
      }
    />
  );
}
