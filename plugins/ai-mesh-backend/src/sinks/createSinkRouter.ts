import {
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { gatewayReadPermission } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Router } from 'express';
import createRouter from 'express-promise-router';
import { sendJson } from '../http/sendJson';
import { DeliveryStore } from './DeliveryStore';

/** `GET /v1/sinks`: where booked lines are copied to, and what waits for whom. */
export function createSinkRouter(options: {
  store: Pick<DeliveryStore, 'list'>;
  /** Those that are there; of others the database may know, too. */
  sinkIds: readonly string[];
  permissions: PermissionsService;
  httpAuth: HttpAuthService;
}): Router {
  const { store, permissions, httpAuth } = options;
  const present = new Set(options.sinkIds);
  const router = createRouter();
  router.get('/v1/sinks', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const [decision] = await permissions.authorize(
      [{ permission: gatewayReadPermission }],
      { credentials },
    );
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError('You may not see how usage sinks do');
    }
    const sinks = await store.list();
    const items = sinks.map(sink => ({
      ...sink,
      isPresent: present.has(sink.id),
    }));
    sendJson(response, { items });
  });
  return router;
}
