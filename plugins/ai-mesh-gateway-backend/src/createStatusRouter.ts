import { HttpAuthService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';
import express from 'express';
import Router from 'express-promise-router';
import { Gateway } from './createGateway';

/** `GET /v1/status`: how this gateway is doing, for people who are signed in and for services. */
export function createStatusRouter(options: {
  gateway: Gateway;
  httpAuth: HttpAuthService;
}): express.Router {
  const router = Router();
  router.get('/v1/status', async (request, response) => {
    await options.httpAuth.credentials(request, { allow: ['user', 'service'] });
    const status = options.gateway.status();
    if (!status) throw new ServiceUnavailableError('The gateway is starting');
    response.json(status);
  });
  return router;
}
