import { createDevApp } from '@backstage/frontend-dev-utils';
import { ApiBlueprint } from '@backstage/frontend-plugin-api';
import meshPlugin, { meshApiRef } from '../src';
import { FakeMeshApi } from '../src/__testUtils__/FakeMeshApi';

// The pages without a backend: `npm start -w plugins/ai-mesh`.
const fakeMeshApi = ApiBlueprint.make({
  name: 'client',
  params: defineParams =>
    defineParams({
      api: meshApiRef,
      deps: {},
      factory: () => new FakeMeshApi({ now: () => new Date() }),
    }),
});

createDevApp({
  features: [meshPlugin.withOverrides({ extensions: [fakeMeshApi] })],
});
