import { SignInPage } from '@backstage/core-components';
import {
  configApiRef,
  microsoftAuthApiRef,
  useApi,
} from '@backstage/core-plugin-api';
import type { SignInPageProps } from '@backstage/plugin-app-react';
import { DemoSignInPage } from './DemoSignInPage';
import { readDemoPeople } from './demoPeople';

/** One click in the demo, the company's Microsoft Entra ID everywhere else. */
export function PortalSignInPage(props: SignInPageProps) {
  const config = useApi(configApiRef);
  const people = readDemoPeople(config);
  if (people.length > 0) {
    return (
      <DemoSignInPage people={people} onSignInSuccess={props.onSignInSuccess} />
    );
  }
  return (
    <SignInPage
      onSignInSuccess={props.onSignInSuccess}
      title={config.getOptionalString('app.title')}
      align="center"
      provider={{
        id: 'microsoft',
        title: 'Microsoft',
        message: 'Sign in with your company account',
        apiRef: microsoftAuthApiRef,
      }}
    />
  );
}
