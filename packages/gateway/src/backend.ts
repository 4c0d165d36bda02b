import { createBackend } from '@backstage/backend-defaults';

// The gateway alone: no database, no catalog, no pages. It asks the portal's backend for everything.
const backend = createBackend();

backend.add(import('@sovereign-ai-mesh/plugin-ai-mesh-gateway-backend'));

backend.start();
