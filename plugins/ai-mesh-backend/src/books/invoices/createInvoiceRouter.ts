import {
  AuditorService,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  booksClosePermission,
  booksReadPermission,
  invoiceQuerySchema,
  invoiceUploadSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express from 'express';
import Router from 'express-promise-router';
import { z } from 'zod';
import { audited } from '../../http/audited';
import { parseInput } from '../../http/parseInput';
import { sendJson } from '../../http/sendJson';
import { subjectOf } from '../../http/subjectOf';
import { requirePermission } from '../authorize';
import { parseMonth } from '../monthNumber';
import { InvoiceService } from './InvoiceService';

/** Ten million characters of CSV, most of them one byte, in JSON. */
const BODY_LIMIT = '12mb';

const parametersSchema = z.object({ id: z.coerce.number().int().min(1) });

/** `/v1/books/invoices`: takes in invoices of providers, compares them, and posts what differs. */
export function createInvoiceRouter(options: {
  invoices: InvoiceService;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  auditor: AuditorService;
}): express.Router {
  const { invoices, httpAuth, permissions, auditor } = options;
  const router = Router();

  async function requireReader(request: express.Request): Promise<void> {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    await requirePermission(permissions, booksReadPermission, credentials);
  }

  router.get('/v1/books/invoices', async (request, response) => {
    await requireReader(request);
    const { month, ...page } = parseInput(invoiceQuerySchema, request.query);
    const query = { ...page, ...(month && { month: parseMonth(month) }) };
    sendJson(response, await invoices.list(query));
  });

  router.get('/v1/books/invoices/:id', async (request, response) => {
    await requireReader(request);
    const { id } = parseInput(parametersSchema, request.params);
    sendJson(response, await invoices.find(id));
  });

  // the permission before the body: nobody else may make the portal parse megabytes
  router.post('/v1/books/invoices', async (request, _response, next) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    await requirePermission(permissions, booksClosePermission, credentials);
    next();
  });
  router.post(
    '/v1/books/invoices',
    express.json({ limit: BODY_LIMIT }),
    async (request, response) => {
      const credentials = await httpAuth.credentials(request, {
        allow: ['user', 'service'],
      });
      const upload = parseInput(invoiceUploadSchema, request.body);
      const taken = await audited(
        auditor,
        {
          eventId: 'invoice-upload',
          severityLevel: 'medium',
          request,
          meta: { month: upload.month, fileName: upload.fileName },
        },
        () => invoices.upload(upload, { by: subjectOf(credentials) }),
        result => ({ invoiceIds: result.map(each => each.id) }),
      );
      sendJson(response, { invoices: taken });
    },
  );

  router.post(
    '/v1/books/invoices/:id/post-difference',
    async (request, response) => {
      const { id } = parseInput(parametersSchema, request.params);
      const credentials = await httpAuth.credentials(request, {
        allow: ['user', 'service'],
      });
      const result = await audited(
        auditor,
        {
          eventId: 'invoice-difference-post',
          severityLevel: 'high',
          request,
          meta: { id },
        },
        async () => {
          await requirePermission(
            permissions,
            booksClosePermission,
            credentials,
          );
          return invoices.postDifference(id);
        },
        ({ posted, invoice }) => ({
          posted,
          month: invoice.month,
          provider: invoice.provider,
        }),
      );
      sendJson(response, result);
    },
  );

  return router;
}
