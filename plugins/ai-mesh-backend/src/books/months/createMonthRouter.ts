import {
  AuditorService,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  booksClosePermission,
  booksReadPermission,
  monthSchema,
  statementQuerySchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { audited } from '../../http/audited';
import { parseInput } from '../../http/parseInput';
import { sendJson } from '../../http/sendJson';
import { subjectOf } from '../../http/subjectOf';
import { hasPermission, requirePermission } from '../authorize';
import { parseMonth } from '../monthNumber';
import { MonthService } from './MonthService';
import { statementToCsv } from './statementCsv';

const parametersSchema = z.object({ month: monthSchema });

/** `/v1/books/months`: lists and closes months, and hands out their statements. */
export function createMonthRouter(options: {
  months: MonthService;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  auditor: AuditorService;
}): express.Router {
  const { months, httpAuth, permissions, auditor } = options;
  const router = Router();

  router.get('/v1/books/months', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    await requirePermission(permissions, booksReadPermission, credentials);
    const [items, canClose] = await Promise.all([
      months.list(),
      hasPermission(permissions, booksClosePermission, credentials),
    ]);
    sendJson(response, { items, canClose });
  });

  router.post('/v1/books/months/:month/close', async (request, response) => {
    const { month } = parseInput(parametersSchema, request.params);
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const closed = await audited(
      auditor,
      {
        eventId: 'month-close',
        severityLevel: 'high',
        request,
        meta: { month },
      },
      async () => {
        await requirePermission(permissions, booksClosePermission, credentials);
        return months.close(parseMonth(month), { by: subjectOf(credentials) });
      },
      ({ digest, totals }) => ({
        digest: digest ?? '',
        payablePicoUsd: totals.payablePicoUsd.toString(),
      }),
    );
    sendJson(response, closed);
  });

  router.get('/v1/books/months/:month/statement', async (request, response) => {
    const { month } = parseInput(parametersSchema, request.params);
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    await requirePermission(permissions, booksReadPermission, credentials);
    const { format } = parseInput(statementQuerySchema, request.query);
    const { bytes, digest } = await months.statement(parseMonth(month));
    response
      .status(200)
      .type(format === 'csv' ? 'text/csv' : 'application/json')
      .setHeader(
        'content-disposition',
        `attachment; filename="statement-${month}.${format}"`,
      )
      .setHeader('x-statement-digest', `sha256:${digest}`)
      .send(format === 'csv' ? statementToCsv(bytes) : bytes);
  });

  return router;
}
