import { composeChat, tierAsked } from '../chat/composeChat';
import { requireModelName } from '../http/ApiError';
import { parseBody } from '../http/parseBody';
import type { TextFormat } from '../text/TextFormat';
import { chatOfResponses } from './chatOfResponses';
import { outputItems, repeatedFields, responseBody } from './responseBody';
import { responseFrames } from './responseFrames';
import {
  type ResponsesRequest,
  responsesRequestSchema,
} from './responsesRequest';

/** `POST …/responses` */
export const responsesFormat: TextFormat = {
  compose(body, { deployment, ...options }) {
    const request = parseBody(body, responsesRequestSchema);
    const model = requireModelName(request.model, deployment);
    return {
      ...composeChat(chatOfResponses(request), { ...options, model }),
      metadata: request.metadata ?? {},
      serviceTier: tierAsked(request.service_tier),
      maxToolCalls: maxToolCalls(request),
      repeated: repeatedFields(request),
    };
  },

  whole(answer, options) {
    const output = outputItems(answer, options.id);
    return JSON.stringify(
      responseBody(answer, { ...options, output, inProgress: false }),
    );
  },

  frames: responseFrames,
};

/** Searches are made only where a tool for them is given. */
function maxToolCalls(request: ResponsesRequest): number {
  const searches = request.tools?.some(({ type }) =>
    type.startsWith('web_search'),
  );
  return searches ? request.max_tool_calls ?? Infinity : 0;
}
