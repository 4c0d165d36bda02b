import { AuditorService, HttpAuthService } from '@backstage/backend-plugin-api';
import {
  Budget,
  BudgetChange,
  budgetChangeSchema,
  budgetUpdatePermission,
  budgetUpdateSchema,
  departmentReadPermission,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { JsonObject } from '@backstage/types';
import express, { Request, Response } from 'express';
import Router from 'express-promise-router';
import { audited } from '../http/audited';
import { parseInput } from '../http/parseInput';
import { sendJson } from '../http/sendJson';
import { subjectOf } from '../http/subjectOf';
import { BudgetAccess } from './BudgetAccess';
import { BudgetService } from './BudgetService';

/** Lists and sets the monthly budgets of departments, cost centres, applications and keys. */
export function createBudgetRouter(options: {
  budgets: BudgetService;
  access: BudgetAccess;
  auditor: AuditorService;
  httpAuth: HttpAuthService;
}): express.Router {
  const { budgets, access, httpAuth } = options;
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

  const change = createBudgetChange(options);
  router.put('/v1/budgets/:id', (request, response) =>
    change(request, response, () =>
      parseInput(budgetUpdateSchema, request.body),
    ),
  );
  router.patch('/v1/budgets/:id', (request, response) =>
    change(request, response, () =>
      parseInput(budgetChangeSchema, request.body),
    ),
  );
  router.delete('/v1/budgets/:id', (request, response) =>
    change(request, response, () => ({ limitUsd: null })),
  );
  return router;
}

function createBudgetChange(options: {
  budgets: BudgetService;
  access: BudgetAccess;
  auditor: AuditorService;
  httpAuth: HttpAuthService;
}) {
  const { budgets, access, auditor, httpAuth } = options;
  return async (
    request: Request<{ id: string }>,
    response: Response,
    readChange: () => BudgetChange,
  ): Promise<void> => {
    const { id } = request.params;
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
        meta: { budgetId: id },
      },
      async () => {
        await access.require(budgetUpdatePermission, id, { credentials });
        await budgets.change(id, readChange(), { by });
        return budgets.get(id, { canUpdate: true });
      },
      describeBudget,
    );
    sendJson(response, budget);
  };
}

function describeBudget(budget: Budget): JsonObject {
  return {
    limitPicoUsd: budget.limitPicoUsd?.toString() ?? null,
    kind: budget.kind,
    carryOver: budget.carryOver,
    rules: budget.rules.map(({ at, then }) => `${at}: ${then.action}`),
  };
}
