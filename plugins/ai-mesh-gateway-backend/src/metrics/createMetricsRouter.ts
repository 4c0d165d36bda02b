import { HttpAuthService } from '@backstage/backend-plugin-api';
import express from 'express';
import Router from 'express-promise-router';
import { PROMETHEUS_CONTENT_TYPE } from './prometheusText';

/**
 * `GET /metrics`, for services: a token of `backend.auth.externalAccess`, which Prometheus sends as
 * `authorization`. Not for people: the costs of all departments are in it.
 */
export function createMetricsRouter(options: {
  httpAuth: HttpAuthService;
  read: () => Promise<string>;
}): express.Router {
  const router = Router();
  router.get('/metrics', async (request, response) => {
    await options.httpAuth.credentials(request, { allow: ['service'] });
    response.setHeader('content-type', PROMETHEUS_CONTENT_TYPE);
    response.send(await options.read());
  });
  return router;
}
