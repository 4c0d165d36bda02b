import { AuditorService, HttpAuthService } from '@backstage/backend-plugin-api';
import {
  focusExportQuerySchema,
  spendReadPermission,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express from 'express';
import Router from 'express-promise-router';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DepartmentAccess } from '../departments/DepartmentAccess';
import { audited } from '../http/audited';
import { parseInput } from '../http/parseInput';
import { FocusExport, FocusService } from './FocusService';

/** Exports cost in FOCUS, of the departments that the caller may see. */
export function createFocusRouter(options: {
  focus: FocusService;
  access: DepartmentAccess;
  auditor: AuditorService;
  httpAuth: HttpAuthService;
}): express.Router {
  const { focus, access, auditor, httpAuth } = options;
  const router = Router();

  router.get('/v1/exports/focus', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const query = parseInput(focusExportQuerySchema, request.query);
    await audited(
      auditor,
      {
        eventId: 'focus-export',
        severityLevel: 'medium',
        request,
        meta: { ...query },
      },
      async () => {
        const allowedRefs = await access.allowedRefs(spendReadPermission, {
          credentials,
        });
        const exported = await focus.open(query, allowedRefs);
        await send(response, exported);
        return exported.rowCount();
      },
      rowCount => ({ rowCount }),
    );
  });

  return router;
}

/**
 * Sends a file in pieces, as fast as they are taken. What fails before the first piece is answered as an error; what
 * fails later cuts the connection, so that nobody takes half a file for a whole one.
 */
async function send(
  response: express.Response,
  exported: FocusExport,
): Promise<void> {
  const pieces = exported.bytes[Symbol.asyncIterator]();
  const first = await pieces.next();
  response
    .status(200)
    .set('cache-control', 'no-store')
    .attachment(exported.fileName)
    .type(exported.contentType); // `attachment` guesses by the ending
  await pipeline(Readable.from(chain(first, pieces)), response);
}

async function* chain(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncIterable<Uint8Array> {
  try {
    for (let each = first; !each.done; each = await rest.next())
      yield each.value;
  } finally {
    await rest.return?.(); // also when the caller has left: it stops the reading of the database
  }
}
