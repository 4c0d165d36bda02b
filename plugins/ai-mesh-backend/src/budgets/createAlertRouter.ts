import { HttpAuthService } from '@backstage/backend-plugin-api';
import {
  BudgetAlert,
  departmentReadPermission,
  pageQuerySchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express from 'express';
import Router from 'express-promise-router';
import { parseInput } from '../http/parseInput';
import { sendJson } from '../http/sendJson';
import { AlertStore } from './AlertStore';
import { BudgetAccess } from './BudgetAccess';
import { BudgetService } from './BudgetService';

/** Lists the thresholds that budgets passed. */
export function createAlertRouter(options: {
  alerts: AlertStore;
  budgets: BudgetService;
  access: BudgetAccess;
  httpAuth: HttpAuthService;
}): express.Router {
  const { alerts, budgets, access, httpAuth } = options;
  const router = Router();
  router.get('/v1/budget-alerts', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const query = parseInput(pageQuerySchema, request.query);
    const refs = await access.allowedRefs(departmentReadPermission, {
      credentials,
    });
    const visible = await budgets.list(refs, { updatable: [] });
    const titles = new Map(visible.map(({ id, title }) => [id, title]));
    const page = await alerts.list({ ...query, nodeIds: [...titles.keys()] });
    sendJson(response, {
      items: page.alerts.map(
        (alert): BudgetAlert => ({
          budgetId: alert.nodeId,
          title: titles.get(alert.nodeId) ?? alert.nodeId,
          period: alert.period,
          rule: alert.rule,
          at: alert.at.toISOString(),
          spentPicoUsd: alert.spent,
          limitPicoUsd: alert.limit,
          projectedPicoUsd: alert.projected,
          toldRefs: [...alert.toldRefs],
        }),
      ),
      total: page.total,
    });
  });
  return router;
}
