import { AuditorService, HttpAuthService } from '@backstage/backend-plugin-api';
import {
  keyIdSchema,
  keyIssueSchema,
  keyQuerySchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express, { Request, Router } from 'express';
import createRouter from 'express-promise-router';
import { audited } from '../http/audited';
import { parseInput } from '../http/parseInput';
import { sendJson } from '../http/sendJson';
import { subjectOf } from '../http/subjectOf';
import { AuthorizedKeyService } from './AuthorizedKeyService';

const BODY_LIMIT = '100kb';

/** `/v1/keys`: list, issue, revoke. The secret of a key is in the answer to its issue and nowhere else. */
export function createKeyRouter(options: {
  keys: AuthorizedKeyService;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
}): Router {
  const { keys, httpAuth, auditor } = options;
  const router = createRouter();
  router.use('/v1/keys', express.json({ limit: BODY_LIMIT }));

  async function callerOf(request: Request) {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    return { credentials, subject: subjectOf(credentials) };
  }

  router.get('/v1/keys', async (request, response) => {
    const caller = await callerOf(request);
    const page = await audited(
      auditor,
      { eventId: 'key-list', request },
      async () => keys.list(parseInput(keyQuerySchema, request.query), caller),
    );
    sendJson(response, page);
  });

  router.post('/v1/keys', async (request, response) => {
    const caller = await callerOf(request);
    const issued = await audited(
      auditor,
      { eventId: 'key-issue', severityLevel: 'medium', request },
      async () => keys.issue(parseInput(keyIssueSchema, request.body), caller),
      ({ key }) => ({
        keyId: key.id,
        applicationRef: key.applicationRef,
        departmentRef: key.departmentRef,
        models: key.models,
        criticality: key.criticality,
        expiresAt: key.expiresAt,
      }),
    );
    // no cache between here and the browser may keep the secret
    response.setHeader('cache-control', 'no-store');
    sendJson(response, issued, { status: 201 });
  });

  router.post('/v1/keys/:id/revoke', async (request, response) => {
    const caller = await callerOf(request);
    const { id } = request.params;
    const key = await audited(
      auditor,
      {
        eventId: 'key-revoke',
        severityLevel: 'medium',
        request,
        meta: { keyId: keyIdSchema.safeParse(id).data ?? 'malformed' },
      },
      async () => keys.revoke(parseInput(keyIdSchema, id), caller),
      ({ departmentRef }) => ({ departmentRef }),
    );
    sendJson(response, key);
  });

  return router;
}
