import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createChatHandler } from './chat/createChatHandler';
import { createControlHandlers } from './control/createControlHandlers';
import { createEmbeddingsHandler } from './embeddings/createEmbeddingsHandler';
import { ApiError } from './http/ApiError';
import type { Exchange } from './http/Exchange';
import { routeOf, type Operation } from './http/routeOf';
import { sendError } from './http/send';
import { createModelsHandler } from './models/createModelsHandler';
import type { Simulation } from './Simulation';

type Handler = (exchange: Exchange) => Promise<void>;

/** Leads each request to its handler, and puts what a handler throws into the provider's words. */
export function createRequestListener(
  simulation: Simulation,
  options: { onUnexpectedError?: (error: unknown) => void },
) {
  const handlers: Record<Operation, Handler> = {
    chat: createChatHandler(simulation),
    embeddings: createEmbeddingsHandler(simulation),
    models: createModelsHandler(simulation),
    ...createControlHandlers(simulation),
  };

  async function handle(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const given = headers['x-request-id'];
    const requestId = typeof given === 'string' ? given : `req_${randomUUID()}`;
    response.setHeader('x-request-id', requestId);
    const route = routeOf(method, url);
    if (!url.startsWith('/simulator/')) {
      simulation.requireKey(request, route.dialect);
    }
    await handlers[route.operation]({ request, response, route, requestId });
  }

  return async (
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    try {
      await handle(request, response);
    } catch (error) {
      // The client has gone, or has half of an answer: there is nobody to tell.
      if (response.destroyed) return;
      if (response.headersSent) response.destroy();
      else if (error instanceof ApiError) sendError(response, error);
      else sendError(response, unexpectedError());
      if (!(error instanceof ApiError)) options.onUnexpectedError?.(error);
    }
  };
}

function unexpectedError(): ApiError {
  return new ApiError(500, 'The simulator itself has failed.', {
    type: 'server_error',
  });
}
