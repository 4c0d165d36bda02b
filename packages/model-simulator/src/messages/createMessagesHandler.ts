import { composeChat } from '../chat/composeChat';
import { ApiError } from '../http/ApiError';
import type { Exchange } from '../http/Exchange';
import { parseBody } from '../http/parseBody';
import type { Simulation } from '../Simulation';
import { createTextHandler } from '../text/createTextHandler';
import type { TextFormat } from '../text/TextFormat';
import { chatOfMessages } from './chatOfMessages';
import { messageBody } from './messageBody';
import { messageFrames } from './messageFrames';
import { type MessagesRequest, messagesRequestSchema } from './messagesRequest';

const messagesFormat: TextFormat = {
  compose(body, options) {
    const request = parseBody(body, messagesRequestSchema);
    const { model, metadata = {} } = request;
    const answer = composeChat(chatOfMessages(request), { ...options, model });
    return { ...answer, metadata, maxToolCalls: maxToolCalls(request) };
  },
  whole: messageBody,
  frames: messageFrames,
};

/** `POST /v1/messages`, Anthropic's API. */
export function createMessagesHandler(simulation: Simulation) {
  const answer = createTextHandler(simulation, messagesFormat);

  return async (exchange: Exchange): Promise<void> => {
    if (exchange.request.headers['anthropic-version'] === undefined) {
      throw new ApiError(400, 'anthropic-version: header is required');
    }
    await answer(exchange);
  };
}

/** Searches are made only where a tool for them is given, and as often as it allows. */
function maxToolCalls({ tools = [] }: MessagesRequest): number {
  return tools
    .filter(({ type }) => type?.startsWith('web_search'))
    .reduce((sum, tool) => sum + (tool.max_uses ?? Infinity), 0);
}
