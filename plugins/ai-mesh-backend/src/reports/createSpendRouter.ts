import { HttpAuthService } from '@backstage/backend-plugin-api';
import {
  spendQuerySchema,
  spendReadPermission,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express from 'express';
import Router from 'express-promise-router';
import { DepartmentAccess } from '../departments/DepartmentAccess';
import { parseInput } from '../http/parseInput';
import { sendJson } from '../http/sendJson';
import { SpendService } from './SpendService';

/** Reports what was spent, in the departments that the caller may see. */
export function createSpendRouter(options: {
  spend: SpendService;
  access: DepartmentAccess;
  httpAuth: HttpAuthService;
}): express.Router {
  const { spend, access, httpAuth } = options;
  const router = Router();

  router.get('/v1/spend', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const allowedRefs = await access.allowedRefs(spendReadPermission, {
      credentials,
    });
    const query = parseInput(spendQuerySchema, request.query);
    sendJson(response, await spend.report(query, allowedRefs));
  });

  return router;
}
