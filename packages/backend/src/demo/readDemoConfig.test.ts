import { mockServices } from '@backstage/backend-test-utils';
import { readDemoConfig } from './readDemoConfig';

const DEMO = {
  key: 'sk-mesh-demo00000000-openOnlyTheDemoWithThisKeyAndNothingElse2Woue5',
  people: [{ id: 'dana', name: 'Dana', role: 'developer', department: 'Care' }],
};

function read(data: object) {
  return readDemoConfig(mockServices.rootConfig({ data: { ...data } }));
}

it('is absent when it is not configured, whatever the environment', () => {
  expect(read({ auth: { environment: 'production' } })).toBeUndefined();
});

it('makes background calls unless they are switched off', () => {
  const auth = { environment: 'development' };
  expect(read({ auth, aiMeshDemo: DEMO })).toEqual({
    key: DEMO.key,
    traffic: true,
    people: [{ id: 'dana', name: 'Dana' }],
  });
  expect(
    read({ auth, aiMeshDemo: { ...DEMO, traffic: 'false' } })?.traffic,
  ).toBe(false);
});

it.each([{ environment: 'production' }, { environment: 'Development' }, {}])(
  'refuses to start under %j',
  auth => {
    expect(() => read({ auth, aiMeshDemo: DEMO })).toThrow(
      'Cannot start the demo: it signs people in without a password',
    );
  },
);

it('refuses a malformed key without repeating it', () => {
  const auth = { environment: 'development' };
  expect(() =>
    read({ auth, aiMeshDemo: { ...DEMO, key: 'sk-mesh-secret' } }),
  ).toThrow(/^Cannot start the demo: aiMeshDemo.key is malformed$/);
});
