import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSpeechHandler } from './audio/createSpeechHandler';
import { createTranscriptionHandler } from './audio/createTranscriptionHandler';
import { chatFormat } from './chat/chatFormat';
import { completionsFormat } from './completions/completionsFormat';
import { createControlHandlers } from './control/createControlHandlers';
import { createEmbeddingsHandler } from './embeddings/createEmbeddingsHandler';
import { ApiError, type Dialect } from './http/ApiError';
import type { Exchange } from './http/Exchange';
import { routeOf, type Operation } from './http/routeOf';
import { sendError } from './http/send';
import { createImagesHandler } from './images/createImagesHandler';
import { createMessagesHandler } from './messages/createMessagesHandler';
import { createModelsHandlers } from './models/createModelsHandler';
import { createModerationsHandler } from './moderations/createModerationsHandler';
import { responsesFormat } from './responses/responsesFormat';
import type { Simulation } from './Simulation';
import { createTextHandler } from './text/createTextHandler';

type Handler = (exchange: Exchange) => Promise<void>;

/** Leads each request to its handler, and puts what a handler throws into the provider's words. */
export function createRequestListener(
  simulation: Simulation,
  options: { onUnexpectedError?: (error: unknown) => void },
) {
  const handlers: Record<Operation, Handler> = {
    chat: createTextHandler(simulation, chatFormat),
    completions: createTextHandler(simulation, completionsFormat),
    responses: createTextHandler(simulation, responsesFormat),
    messages: createMessagesHandler(simulation),
    embeddings: createEmbeddingsHandler(simulation),
    moderations: createModerationsHandler(simulation),
    images: createImagesHandler(simulation),
    speech: createSpeechHandler(simulation),
    transcriptions: createTranscriptionHandler(simulation, 'transcribe'),
    translations: createTranscriptionHandler(simulation, 'translate'),
    ...createModelsHandlers(simulation),
    ...createControlHandlers(simulation),
  };

  return async (
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const { method = 'GET', url = '/', headers } = request;
    const given = headers['x-request-id'];
    const requestId = typeof given === 'string' ? given : `req_${randomUUID()}`;
    let dialect: Dialect = 'openai';
    try {
      response.setHeader('x-request-id', requestId);
      const route = routeOf(method, url);
      dialect = route.dialect;
      if (dialect === 'anthropic') response.setHeader('request-id', requestId);
      if (!url.startsWith('/simulator/')) {
        simulation.requireKey(request, dialect);
      }
      await handlers[route.operation]({ request, response, route, requestId });
    } catch (error) {
      // The client has gone, or has half of an answer: there is nobody to tell.
      if (response.destroyed) return;
      const known = error instanceof ApiError ? error : unexpectedError();
      if (response.headersSent) response.destroy();
      else sendError(response, known, { dialect, requestId });
      if (known !== error) options.onUnexpectedError?.(error);
    }
  };
}

function unexpectedError(): ApiError {
  return new ApiError(500, 'The simulator itself has failed.', {
    type: 'server_error',
  });
}
