import { HttpAuthService } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  leaseReleaseSchema,
  leaseRequestSchema,
  replicaStatusSchema,
  snapshotQuerySchema,
  usageRequestSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express from 'express';
import Router from 'express-promise-router';
import { LeaseService } from '../budgets/LeaseService';
import { ReplicaService } from '../fleet/ReplicaService';
import { parseInput } from '../http/parseInput';
import { sendJson } from '../http/sendJson';
import { SnapshotFeed } from './SnapshotFeed';
import { UsageIntake } from './UsageIntake';

const GATEWAY_SUBJECT = 'plugin:ai-mesh-gateway';

/** 2,000 usage records are at most about 2 MB. */
const BODY_LIMIT = '10mb';

/** The exchanges with gateways: snapshot, leases, usage, and how a replica does. Closed to everyone else. */
export function createGatewayRouter(options: {
  feed: SnapshotFeed;
  leases: LeaseService;
  usage: UsageIntake;
  replicas: Pick<ReplicaService, 'note' | 'countAlive'>;
  httpAuth: HttpAuthService;
}): express.Router {
  const { feed, leases, usage, replicas } = options;
  const router = Router();
  router.use('/v1/gateway', createGatewayCheck(options.httpAuth));
  router.use('/v1/gateway', express.json({ limit: BODY_LIMIT }));

  router.get('/v1/gateway/snapshot', async (request, response) => {
    const { since, waitMs } = parseInput(snapshotQuerySchema, request.query);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const snapshot = await feed.newerThan(since, {
      waitMs,
      signal: gone.signal,
    });
    if (snapshot) sendJson(response, snapshot);
    else response.status(304).end();
  });

  router.post('/v1/gateway/leases', async (request, response) => {
    const { replicaId, requests } = parseInput(
      leaseRequestSchema,
      request.body,
    );
    const results = await leases.grantAll({
      replicaId,
      needs: requests.map(({ neededPicoUsd: needed, ...scope }) => ({
        ...scope,
        needed,
      })),
    });
    sendJson(response, { leases: results });
  });

  router.post('/v1/gateway/leases/release', async (request, response) => {
    const { replicaId, releases } = parseInput(
      leaseReleaseSchema,
      request.body,
    );
    await leases.release({
      replicaId,
      releases: releases.map(({ leaseId, keepPicoUsd: keep }) => ({
        leaseId,
        keep,
      })),
    });
    response.status(204).end();
  });

  router.post('/v1/gateway/usage', async (request, response) => {
    const delivery = parseInput(usageRequestSchema, request.body);
    sendJson(response, await usage.take(delivery));
  });

  router.post('/v1/gateway/status', async (request, response) => {
    await replicas.note(parseInput(replicaStatusSchema, request.body));
    sendJson(response, { aliveReplicas: await replicas.countAlive() });
  });

  return router;
}

/** Before the body is read: nobody else may make the portal parse megabytes. */
function createGatewayCheck(httpAuth: HttpAuthService): express.RequestHandler {
  return async (request, _response, next) => {
    const { principal } = await httpAuth.credentials(request, {
      allow: ['service'],
    });
    if (principal.subject !== GATEWAY_SUBJECT) {
      throw new NotAllowedError('Only gateways may use this address');
    }
    next();
  };
}
