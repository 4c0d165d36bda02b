import { Header, Page, TabbedLayout } from '@backstage/core-components';
import {
  booksReadPermission,
  gatewayReadPermission,
  priceReadPermission,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { SUB_PAGES } from '../routes';
import { useShowsTab } from '../useShowsTab';
import { BooksPage } from './books/BooksPage';
import { GatewayPage } from './gateway/GatewayPage';
import { GpuPage } from './gpu/GpuPage';
import { KeysPage } from './keys/KeysPage';
import { ModelsPage } from './models/ModelsPage';
import { PricesPage } from './prices/PricesPage';
import { QuotasPage } from './quotas/QuotasPage';
import { SpendPage } from './spend/SpendPage';

/** The areas in the frame that the legacy frontend system leaves to the plugin. */
export function LegacyPage() {
  const showsGateway = useShowsTab(
    SUB_PAGES.gateway.path,
    gatewayReadPermission,
  );
  const showsPrices = useShowsTab(SUB_PAGES.prices.path, priceReadPermission);
  const showsBooks = useShowsTab(SUB_PAGES.books.path, booksReadPermission);
  return (
    <Page themeId="tool">
      <Header title="AI Mesh" />
      <TabbedLayout>
        <TabbedLayout.Route {...legacyRoute('models')}>
          <ModelsPage />
        </TabbedLayout.Route>
        <TabbedLayout.Route {...legacyRoute('keys')}>
          <KeysPage />
        </TabbedLayout.Route>
        <TabbedLayout.Route {...legacyRoute('spend')}>
          <SpendPage />
        </TabbedLayout.Route>
        <TabbedLayout.Route {...legacyRoute('quotas')}>
          <QuotasPage />
        </TabbedLayout.Route>
        <TabbedLayout.Route {...legacyRoute('gpu')}>
          <GpuPage />
        </TabbedLayout.Route>
        {showsPrices && (
          <TabbedLayout.Route {...legacyRoute('prices')}>
            <PricesPage />
          </TabbedLayout.Route>
        )}
        {showsBooks && (
          <TabbedLayout.Route {...legacyRoute('books')}>
            <BooksPage />
          </TabbedLayout.Route>
        )}
        {showsGateway && (
          <TabbedLayout.Route {...legacyRoute('gateway')}>
            <GatewayPage />
          </TabbedLayout.Route>
        )}
      </TabbedLayout>
    </Page>
  );
}

function legacyRoute(name: keyof typeof SUB_PAGES) {
  const { path, title } = SUB_PAGES[name];
  return { path: `/${path}`, title };
}
