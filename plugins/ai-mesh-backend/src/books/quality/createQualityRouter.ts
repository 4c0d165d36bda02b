import {
  AuditorService,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  booksClosePermission,
  booksReadPermission,
  dataQualityQuerySchema,
  flaggedLineQuerySchema,
  QuarantinedRecord,
  quarantineDismissalSchema,
  quarantineQuerySchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { audited } from '../../http/audited';
import { parseInput } from '../../http/parseInput';
import { sendJson } from '../../http/sendJson';
import { subjectOf } from '../../http/subjectOf';
import { requirePermission } from '../authorize';
import { monthRange, parseMonth } from '../monthNumber';
import { DataQualityService } from './DataQualityService';
import { QuarantineService } from './QuarantineService';

const parametersSchema = z.object({ id: z.coerce.number().int().min(1) });

/** `/v1/books/quality` and `/v1/books/quarantine`: what is odd about a month, and what could not be booked. */
export function createQualityRouter(options: {
  quality: DataQualityService;
  quarantine: QuarantineService;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  auditor: AuditorService;
}): express.Router {
  const { quality, quarantine, httpAuth, permissions, auditor } = options;
  const router = Router();
  router.use('/v1/books/quarantine', express.json());

  async function requireReader(request: express.Request): Promise<void> {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    await requirePermission(permissions, booksReadPermission, credentials);
  }

  router.get('/v1/books/quality', async (request, response) => {
    await requireReader(request);
    const { month } = parseInput(dataQualityQuerySchema, request.query);
    sendJson(response, await quality.report(parseMonth(month)));
  });

  router.get('/v1/books/quality/lines', async (request, response) => {
    await requireReader(request);
    const query = parseInput(flaggedLineQuerySchema, request.query);
    const page = await quality.flaggedLines({
      ...query,
      month: parseMonth(query.month),
    });
    sendJson(response, page);
  });

  router.get('/v1/books/quarantine', async (request, response) => {
    await requireReader(request);
    const { month, ...query } = parseInput(
      quarantineQuerySchema,
      request.query,
    );
    const page = await quarantine.list({
      ...query,
      ...(month && monthRange(parseMonth(month))),
    });
    sendJson(response, page);
  });

  /** Decides about one record, if the caller may, and writes down that they did. */
  function decideBy(
    eventId: string,
    decide: (
      id: number,
      options: { by: string; body: unknown },
    ) => Promise<QuarantinedRecord>,
  ): express.RequestHandler {
    return async (request, response) => {
      const { id } = parseInput(parametersSchema, request.params);
      const credentials = await httpAuth.credentials(request, {
        allow: ['user', 'service'],
      });
      const record = await audited(
        auditor,
        { eventId, severityLevel: 'medium', request, meta: { id } },
        async () => {
          await requirePermission(
            permissions,
            booksClosePermission,
            credentials,
          );
          return decide(id, { by: subjectOf(credentials), body: request.body });
        },
        ({ state, decision }) => ({ state, reason: decision ?? '' }),
      );
      sendJson(response, record);
    };
  }

  router.post(
    '/v1/books/quarantine/:id/dismiss',
    decideBy('quarantine-dismiss', async (id, { by, body }) => {
      const { reason } = parseInput(quarantineDismissalSchema, body);
      return quarantine.dismiss(id, { by, reason });
    }),
  );
  router.post(
    '/v1/books/quarantine/:id/retry',
    decideBy('quarantine-retry', (id, { by }) => quarantine.retry(id, { by })),
  );

  return router;
}
