import {
  configApiRef,
  discoveryApiRef,
  errorApiRef,
} from '@backstage/core-plugin-api';
import { translationApiRef } from '@backstage/frontend-plugin-api';
import { mockApis, TestApiProvider } from '@backstage/frontend-test-utils';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { PortalSignInPage } from './PortalSignInPage';

const PEOPLE = [
  { id: 'dana', name: 'Dana Okafor', role: 'developer', department: 'Care' },
  {
    id: 'marcus',
    name: 'Marcus Lindqvist',
    role: 'manager',
    department: 'All',
  },
];

const SESSION = {
  profile: { displayName: 'Dana Okafor' },
  backstageIdentity: {
    token: '',
    identity: {
      type: 'user',
      userEntityRef: 'user:default/dana',
      ownershipEntityRefs: [],
    },
  },
};

const fetchMock = jest.fn();

beforeEach(() => {
  window.sessionStorage.clear();
  fetchMock.mockReset();
  jest.spyOn(global, 'fetch').mockImplementation(fetchMock);
  fetchMock.mockResolvedValue({ ok: true, json: async () => SESSION });
});

function renderPage(environment = 'development') {
  const onSignInSuccess = jest.fn();
  const page = render(
    <TestApiProvider
      apis={[
        [
          configApiRef,
          mockApis.config({
            data: { auth: { environment }, aiMeshDemo: { people: PEOPLE } },
          }),
        ],
        [errorApiRef, mockApis.error()],
        [translationApiRef, mockApis.translation()],
        [discoveryApiRef, { getBaseUrl: async () => 'http://portal/api/auth' }],
      ]}
    >
      <PortalSignInPage onSignInSuccess={onSignInSuccess} />
    </TestApiProvider>,
  );
  return { onSignInSuccess, ...page };
}

function personOfRequest(): string | null {
  const [url, init] = fetchMock.mock.calls[0];
  expect(url).toBe('http://portal/api/auth/demo/refresh');
  return new Headers(init.headers).get('x-demo-person');
}

it('signs a person in with one press of a key, and once more after a reload', async () => {
  const first = renderPage();
  await userEvent.tab();
  expect(
    screen.getByRole('button', { name: 'Sign in as Dana Okafor, developer' }),
  ).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(first.onSignInSuccess).toHaveBeenCalledTimes(1));
  expect(personOfRequest()).toBe('dana');

  first.unmount();
  const reloaded = renderPage();
  await waitFor(() =>
    expect(reloaded.onSignInSuccess).toHaveBeenCalledTimes(1),
  );
});

it('asks again after signing out', async () => {
  const first = renderPage();
  await userEvent.click(screen.getByRole('button', { name: /Dana/ }));
  await waitFor(() => expect(first.onSignInSuccess).toHaveBeenCalledTimes(1));
  await first.onSignInSuccess.mock.calls[0][0].signOut();
  first.unmount();

  renderPage();
  expect(screen.getAllByRole('button')).toHaveLength(2);
  expect(fetchMock).toHaveBeenCalledTimes(1);
});

it('says what went wrong and lets the visitor choose again', async () => {
  fetchMock.mockRejectedValueOnce(new Error('no connection'));
  const page = renderPage();
  await userEvent.click(screen.getByRole('button', { name: /Dana/ }));
  expect(await screen.findByText(/no connection/)).toBeInTheDocument();
  expect(window.sessionStorage).toHaveLength(0);

  await userEvent.click(screen.getByRole('button', { name: /Dana/ }));
  await waitFor(() => expect(page.onSignInSuccess).toHaveBeenCalledTimes(1));
});
