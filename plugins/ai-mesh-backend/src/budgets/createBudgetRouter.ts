import { AuditorService, HttpAuthService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import {
  budgetUpdatePermission,
  budgetUpdateSchema,
  departmentReadPermission,
  parseUsd,
  PicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express from 'express';
import Router from 'express-promise-router';
import { DepartmentAccess } from '../departments/DepartmentAccess';
import { audited } from '../http/audited';
import { InvalidFieldsError } from '../http/InvalidFieldsError';
import { parseInput } from '../http/parseInput';
import { sendJson } from '../http/sendJson';
import { subjectOf } from '../http/subjectOf';
import { BudgetService } from './BudgetService';

/** Lists and sets the monthly budgets of departments. */
export function createBudgetRouter(options: {
  budgets: BudgetService;
  access: DepartmentAccess;
  auditor: AuditorService;
  httpAuth: HttpAuthService;
}): express.Router {
  const { budgets, access, auditor, httpAuth } = options;
  const router = Router();
  router.use('/v1/budgets', express.json());

  router.get('/v1/budgets', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const [refs, updatable] = await Promise.all([
      access.allowedRefs(departmentReadPermission, { credentials }),
      access.allowedRefs(budgetUpdatePermission, { credentials }),
    ]);
    const items = await budgets.list(refs, { updatable });
    sendJson(response, { items, total: items.length });
  });

  router.put('/v1/budgets/:departmentRef', async (request, response) => {
    const { departmentRef } = request.params;
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const by = subjectOf(credentials);
    const budget = await audited(
      auditor,
      {
        eventId: 'budget-update',
        severityLevel: 'medium',
        request,
        meta: { departmentRef },
      },
      async () => {
        await access.require(budgetUpdatePermission, departmentRef, {
          credentials,
        });
        const limit = readLimit(request.body);
        await budgets.setLimit(departmentRef, limit, { by });
        const [updated] = await budgets.list([departmentRef], {
          updatable: [departmentRef],
        });
        return updated;
      },
      ({ limitPicoUsd }) => ({
        limitPicoUsd: limitPicoUsd?.toString() ?? null,
      }),
    );
    sendJson(response, budget);
  });

  return router;
}

function readLimit(body: unknown): PicoUsd | undefined {
  const { limitUsd } = parseInput(budgetUpdateSchema, body);
  if (limitUsd === null) return undefined;
  try {
    return parseUsd(limitUsd);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InvalidFieldsError({ limitUsd: error.message });
  }
}
