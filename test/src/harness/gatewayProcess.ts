// packages/gateway as it is, with the harness' configuration. Started by startGateway.
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { reportReady } from './childProcess';

import(resolvePackagePath('@sovereign-ai-mesh/gateway', 'src/index.ts')).then(
  () => reportReady({}),
);
