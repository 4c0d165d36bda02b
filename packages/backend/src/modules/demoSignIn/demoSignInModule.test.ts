import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import authPlugin from '@backstage/plugin-auth-backend';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import request from 'supertest';
import demoSignIn from '.';

const DEMO = {
  key: 'sk-mesh-demo00000000-openOnlyTheDemoWithThisKeyAndNothingElse2Woue5',
  people: [
    { id: 'dana', name: 'Dana Okafor', role: 'developer', department: 'Care' },
  ],
};

function user(name: string) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: { namespace: 'default', name },
    spec: {},
    relations: [{ type: 'memberOf', targetRef: 'group:default/customer-care' }],
  };
}

async function start(data: object) {
  const { server } = await startTestBackend({
    features: [
      authPlugin,
      demoSignIn,
      catalogServiceMock.factory({ entities: [user('dana'), user('ingrid')] }),
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://localhost:3000' },
          backend: { baseUrl: 'http://localhost:7007' },
          ...data,
        },
      }),
    ],
  });
  return (person: string) =>
    request(server).get('/api/auth/demo/refresh').set('x-demo-person', person);
}

const DEVELOPMENT = { environment: 'development', providers: { demo: {} } };

it('signs in the people of the demo, as the catalog knows them, and nobody else', async () => {
  const signIn = await start({ auth: DEVELOPMENT, aiMeshDemo: DEMO });
  const dana = await signIn('dana');
  expect(dana.body).toMatchObject({
    profile: { displayName: 'Dana Okafor' },
    backstageIdentity: {
      identity: {
        userEntityRef: 'user:default/dana',
        ownershipEntityRefs: [
          'user:default/dana',
          'group:default/customer-care',
        ],
      },
    },
  });
  expect((await signIn('ingrid')).status).toBe(403); // in the catalog, but not offered
  expect((await signIn('')).status).toBe(403);
});

it('refuses to start with the demo outside development', async () => {
  await expect(
    start({
      auth: { ...DEVELOPMENT, environment: 'production' },
      aiMeshDemo: DEMO,
    }),
  ).rejects.toThrow('Cannot start the demo');
});

it('offers no way in when there is no demo', async () => {
  const signIn = await start({ auth: DEVELOPMENT });
  expect((await signIn('dana')).status).toBe(404);
});
