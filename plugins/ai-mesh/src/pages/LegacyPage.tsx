import { Header, Page, TabbedLayout } from '@backstage/core-components';
import { SUB_PAGES } from '../routes';
import { useShowsGateway } from '../useShowsGateway';
import { GatewayPage } from './gateway/GatewayPage';
import { KeysPage } from './keys/KeysPage';
import { ModelsPage } from './models/ModelsPage';
import { QuotasPage } from './quotas/QuotasPage';
import { SpendPage } from './spend/SpendPage';

/** The five areas in the frame that the legacy frontend system leaves to the plugin. */
export function LegacyPage() {
  const showsGateway = useShowsGateway(SUB_PAGES.gateway.path);
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
