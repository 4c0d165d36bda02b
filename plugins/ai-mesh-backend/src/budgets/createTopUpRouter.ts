import {
  AuditorService,
  BackstageCredentials,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import {
  budgetUpdatePermission,
  departmentReadPermission,
  Page,
  TopUp,
  topUpDecisionSchema,
  topUpQuerySchema,
  topUpRequestSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express, { Request } from 'express';
import Router from 'express-promise-router';
import { audited } from '../http/audited';
import { parseInput } from '../http/parseInput';
import { sendJson } from '../http/sendJson';
import { subjectOf } from '../http/subjectOf';
import { BudgetAccess } from './BudgetAccess';
import { BudgetService } from './BudgetService';
import { TopUpService } from './TopUpService';
import { toTopUpView } from './toTopUpView';

interface TopUpRouterOptions {
  topUps: TopUpService;
  budgets: BudgetService;
  access: BudgetAccess;
  auditor: AuditorService;
  httpAuth: HttpAuthService;
}

/** Asks for top-ups of budgets, decides on them, lists them. */
export function createTopUpRouter(options: TopUpRouterOptions): express.Router {
  const { httpAuth } = options;
  const router = Router();
  router.use('/v1/budget-top-ups', express.json());
  router.use('/v1/budgets/:id/top-ups', express.json());
  const allow: { allow: ['user', 'service'] } = { allow: ['user', 'service'] };

  router.get('/v1/budget-top-ups', async (request, response) => {
    const credentials = await httpAuth.credentials(request, allow);
    sendJson(response, await listTopUps(options, request, credentials));
  });
  router.post('/v1/budgets/:id/top-ups', async (request, response) => {
    const credentials = await httpAuth.credentials(request, allow);
    const topUp = await requestTopUp(options, request, credentials);
    sendJson(response, topUp, { status: 201 });
  });
  router.post('/v1/budget-top-ups/:id/decision', async (request, response) => {
    const credentials = await httpAuth.credentials(request, allow);
    sendJson(response, await decideTopUp(options, request, credentials));
  });
  return router;
}

/** Who asks. */
type Caller = BackstageCredentials<
  BackstageUserPrincipal | BackstageServicePrincipal
>;

async function listTopUps(
  { topUps, budgets, access }: TopUpRouterOptions,
  request: Request,
  credentials: Caller,
): Promise<Page<TopUp>> {
  const query = parseInput(topUpQuerySchema, request.query);
  const [refs, updatable] = await Promise.all([
    access.allowedRefs(departmentReadPermission, { credentials }),
    access.allowedRefs(budgetUpdatePermission, { credentials }),
  ]);
  const visible = await budgets.list(refs, { updatable });
  const byId = new Map(visible.map(budget => [budget.id, budget]));
  const page = await topUps.list({ ...query, nodeIds: [...byId.keys()] });
  const by = subjectOf(credentials);
  return {
    items: page.topUps.map(topUp =>
      toTopUpView(topUp, {
        title: byId.get(topUp.nodeId)?.title ?? topUp.nodeId,
        isActive: topUps.isActive(topUp),
        mayDecide: byId.get(topUp.nodeId)?.canUpdate ?? false,
        by,
      }),
    ),
    total: page.total,
  };
}

function requestTopUp(
  { topUps, access, auditor }: TopUpRouterOptions,
  request: Request<{ id: string }>,
  credentials: Caller,
): Promise<TopUp> {
  const { id } = request.params;
  const by = subjectOf(credentials);
  return audited(
    auditor,
    {
      eventId: 'budget-top-up-request',
      severityLevel: 'low',
      request,
      meta: { budgetId: id },
    },
    async () => {
      const { title } = await access.require(departmentReadPermission, id, {
        credentials,
      });
      const wish = parseInput(topUpRequestSchema, request.body);
      const topUp = await topUps.request(id, wish, { by });
      return toTopUpView(topUp, {
        title,
        isActive: false,
        mayDecide: false,
        by,
      });
    },
    topUp => ({
      topUpId: topUp.id,
      amountPicoUsd: topUp.amountPicoUsd.toString(),
      endsAt: topUp.endsAt,
    }),
  );
}

function decideTopUp(
  { topUps, access, auditor }: TopUpRouterOptions,
  request: Request<{ id: string }>,
  credentials: Caller,
): Promise<TopUp> {
  const { id } = request.params;
  const by = subjectOf(credentials);
  return audited(
    auditor,
    {
      eventId: 'budget-top-up-decision',
      severityLevel: 'medium',
      request,
      meta: { topUpId: id },
    },
    async () => {
      const { nodeId } = await topUps.find(id);
      const { title } = await access.require(budgetUpdatePermission, nodeId, {
        credentials,
      });
      const decision = parseInput(topUpDecisionSchema, request.body);
      const topUp = await topUps.decide(id, decision, { by });
      return toTopUpView(topUp, {
        title,
        isActive: topUps.isActive(topUp),
        mayDecide: true,
        by,
      });
    },
    topUp => ({
      budgetId: topUp.budgetId,
      state: topUp.state,
      amountPicoUsd: topUp.amountPicoUsd.toString(),
    }),
  );
}
