import {
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  gatewayReadPermission,
  RoutingProblem,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Router } from 'express';
import createRouter from 'express-promise-router';
import { sendJson } from '../http/sendJson';
import { ReplicaService } from './ReplicaService';

/**
 * `GET /v1/gateway/replicas`: how the replicas of the gateway do, for people. To be mounted before the
 * exchanges with gateways, which close everything else below `/v1/gateway`.
 */
export function createReplicaRouter(options: {
  replicas: Pick<ReplicaService, 'list'>;
  routing: { problems(): Promise<RoutingProblem[]> };
  permissions: PermissionsService;
  httpAuth: HttpAuthService;
}): Router {
  const { replicas, routing, permissions, httpAuth } = options;
  const router = createRouter();
  router.get('/v1/gateway/replicas', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const [decision] = await permissions.authorize(
      [{ permission: gatewayReadPermission }],
      { credentials },
    );
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError('You may not see how the gateway does');
    }
    const [items, routingProblems] = await Promise.all([
      replicas.list(),
      routing.problems(),
    ]);
    sendJson(response, { items, routingProblems });
  });
  return router;
}
