import {
  AuditorService,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { modelReadPermission } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Router } from 'express';
import createRouter from 'express-promise-router';
import { audited } from '../http/audited';
import { sendJson } from '../http/sendJson';
import { ModelService } from './ModelService';

/** `GET /v1/models`: the model catalog, for who may see it. */
export function createModelRouter(options: {
  models: ModelService;
  permissions: PermissionsService;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
}): Router {
  const { models, permissions, httpAuth, auditor } = options;
  const router = createRouter();
  router.get('/v1/models', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const items = await audited(
      auditor,
      { eventId: 'model-list', request },
      async () => {
        const [decision] = await permissions.authorize(
          [{ permission: modelReadPermission }],
          { credentials },
        );
        if (decision.result !== AuthorizeResult.ALLOW) {
          throw new NotAllowedError('You may not see the model catalog');
        }
        return models.list();
      },
    );
    sendJson(response, { items, total: items.length });
  });
  return router;
}
