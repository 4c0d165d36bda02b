import { createBackend } from '@backstage/backend-defaults';
import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { COMPANY } from '../src/__testUtils__/company';

/*
 * The control plane alone, with a small company in place of a catalog, and everybody signed in as
 * user:default/mock. Start it with `npm start -w plugins/ai-mesh-backend`, then for example:
 *
 *   curl http://localhost:7007/api/ai-mesh/v1/models
 *
 *   curl http://localhost:7007/api/ai-mesh/v1/keys --json '{"name": "Support bot",
 *     "applicationRef": "component:default/support-bot", "models": ["gpt-4o"], "expiresInDays": 30}'
 */
const backend = createBackend();

backend.add(mockServices.auth.factory());
backend.add(mockServices.httpAuth.factory());
backend.add(catalogServiceMock.factory({ entities: COMPANY }));
backend.add(import('../src'));

backend.start();
