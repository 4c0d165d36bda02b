import {
  AuditorService,
  BackstageCredentials,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  AuthorizeResult,
  BasicPermission,
} from '@backstage/plugin-permission-common';
import {
  priceDecisionSchema,
  priceHistoryQuerySchema,
  PriceImport,
  priceImportPermission,
  priceProposalQuerySchema,
  priceQuerySchema,
  priceReadPermission,
  priceReviewPermission,
  priceUploadSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express from 'express';
import Router from 'express-promise-router';
import { audited } from '../http/audited';
import { createBodyReader } from '../http/createBodyReader';
import { InvalidFieldsError } from '../http/InvalidFieldsError';
import { parseInput } from '../http/parseInput';
import { sendJson } from '../http/sendJson';
import { subjectOf } from '../http/subjectOf';
import { listPrices } from './listPrices';
import { BookVersion } from './Price';
import { PriceService } from './PriceService';
import { ProposalService } from './ProposalService';
import { readPriceFile } from './readPriceFile';
import { SOURCE_IDS } from './sourceRank';
import { toPriceChange, toPriceVersion } from './toPriceVersion';

/** A file of the greatest length, with every character escaped. */
const MAX_BODY = '12mb';
const PROBLEMS_NAMED = 20;

/** What the routes of the price book work with. */
export interface PriceRouterOptions {
  prices: PriceService;
  proposals: ProposalService;
  stillOffers: (version: BookVersion) => boolean;
  permissions: PermissionsService;
  auditor: AuditorService;
  httpAuth: HttpAuthService;
  now: () => Date;
}

/** The price book: what holds, what held, what waits, and the way in for a file. */
export function createPriceRouter(options: PriceRouterOptions): express.Router {
  const { prices, httpAuth } = options;
  const router = Router();

  router.get('/v1/prices', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const [canRead, canImport, canReview] = await areAllowed(
      options,
      credentials,
      [priceReadPermission, priceImportPermission, priceReviewPermission],
    );
    requireAllowed(canRead, 'You may not see the price book');
    const query = parseInput(priceQuerySchema, request.query);
    const page = listPrices(await prices.inForce(), query);
    sendJson(response, { ...page, canImport, canReview });
  });

  router.get('/v1/prices/history', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const [canRead] = await areAllowed(options, credentials, [
      priceReadPermission,
    ]);
    requireAllowed(canRead, 'You may not see the price book');
    const sku = parseInput(priceHistoryQuerySchema, request.query);
    const versions = await prices.history(sku);
    sendJson(response, { items: versions.map(toPriceVersion) });
  });

  addProposalRoutes(router, options);
  addImportRoute(router, options);
  return router;
}

function addProposalRoutes(
  router: express.Router,
  options: PriceRouterOptions,
) {
  const { proposals, httpAuth, auditor } = options;
  router.use('/v1/prices/proposals', express.json());

  router.get('/v1/prices/proposals', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const [canRead, mayReview] = await areAllowed(options, credentials, [
      priceReadPermission,
      priceReviewPermission,
    ]);
    requireAllowed(canRead, 'You may not see the price book');
    const query = parseInput(priceProposalQuerySchema, request.query);
    const subject = subjectOf(credentials);
    sendJson(response, await proposals.list(query, { subject, mayReview }));
  });

  for (const verb of ['approve', 'reject'] as const) {
    router.post(
      `/v1/prices/proposals/:id/${verb}`,
      async (request, response) => {
        const { id } = request.params;
        const credentials = await httpAuth.credentials(request, {
          allow: ['user'],
        });
        const proposal = await audited(
          auditor,
          {
            eventId: 'price-review',
            severityLevel: 'high',
            request,
            meta: { id, decision: verb },
          },
          async () => {
            const [mayReview] = await areAllowed(options, credentials, [
              priceReviewPermission,
            ]);
            requireAllowed(mayReview, 'You may not decide on prices');
            const { reason } = parseInput(priceDecisionSchema, request.body);
            const reviewer = { subject: subjectOf(credentials), mayReview };
            return proposals[verb](id, { reason, reviewer });
          },
          ({ priceKey, region, serviceTier, versionId = null }) => ({
            priceKey,
            region,
            serviceTier,
            versionId,
          }),
        );
        sendJson(response, proposal);
      },
    );
  }
}

function addImportRoute(router: express.Router, options: PriceRouterOptions) {
  const { httpAuth, auditor } = options;
  const readBody = createBodyReader({ limit: MAX_BODY });

  router.post('/v1/prices/import', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user'],
    });
    const isPreview = request.query.preview === 'true';
    const by = subjectOf(credentials);
    const result = await audited(
      auditor,
      {
        eventId: isPreview ? 'price-preview' : 'price-import',
        severityLevel: isPreview ? 'low' : 'high',
        request,
      },
      async () => {
        const [canImport] = await areAllowed(options, credentials, [
          priceImportPermission,
        ]);
        requireAllowed(canImport, 'You may not upload prices');
        const body = await readBody(request, response);
        return importFile(body, { ...options, isPreview, by });
      },
      ({ changes, problems }) => ({
        taken: changes.filter(
          each => each.outcome === 'new' || each.outcome === 'changed',
        ).length,
        waiting: changes.filter(each => each.outcome === 'waiting').length,
        problems: problems.length,
      }),
    );
    sendJson(response, result);
  });
}

/** @throws InvalidFieldsError when a row is wrong and it is no preview, which says so in its answer */
async function importFile(
  body: unknown,
  options: PriceRouterOptions & { isPreview: boolean; by: string },
): Promise<PriceImport> {
  const { prices, stillOffers, isPreview, by, now } = options;
  const { fileName, content } = parseInput(priceUploadSchema, body);
  const { offers, problems } = readPriceFile(fileName, content, {
    sourceId: SOURCE_IDS.upload,
    source: `${fileName} by ${by}`,
  });
  if (isPreview) {
    const planned = await prices.preview(offers, { by, stillOffers });
    return {
      problems,
      changes: planned.map(each => toPriceChange(each, now())),
    };
  }
  if (problems.length > 0) {
    throw refusalOf(problems);
  }
  const planned = await prices.import(offers, { by, stillOffers });
  return { problems, changes: planned.map(each => toPriceChange(each, now())) };
}

/** A preview names all of them; an error stands in logs, too. */
function refusalOf(problems: PriceImport['problems']): InvalidFieldsError {
  const named = problems.slice(0, PROBLEMS_NAMED);
  const fields = Object.fromEntries(
    named.map(({ line, column, problem }) => [
      column ? `line ${line}, ${column}` : `line ${line}`,
      problem,
    ]),
  );
  const others = problems.length - named.length;
  return new InvalidFieldsError(
    others > 0
      ? { ...fields, further: `${others} more; a preview names all of them` }
      : fields,
  );
}

async function areAllowed(
  options: Pick<PriceRouterOptions, 'permissions'>,
  credentials: BackstageCredentials,
  permissions: BasicPermission[],
): Promise<boolean[]> {
  const decisions = await options.permissions.authorize(
    permissions.map(permission => ({ permission })),
    { credentials },
  );
  return decisions.map(each => each.result === AuthorizeResult.ALLOW);
}

function requireAllowed(isAllowed: boolean, message: string): void {
  if (!isAllowed) throw new NotAllowedError(message);
}
