import { ChatStream } from './ChatStream';
import { readErrorMessage } from './errorMessages';
import { toChatAnswer } from './toChatAnswer';
import { toMessagesRequest } from './toMessagesRequest';
import { Translation } from './Translation';

/** @param options.now - milliseconds since 1970: OpenAI's answers say when they were made */
export function createChatToMessages(options: {
  now: () => number;
}): Translation {
  const createdSeconds = () => Math.floor(options.now() / 1000);
  return {
    request: toMessagesRequest,
    answer: (answer, { model }) =>
      toChatAnswer(answer, { model, createdSeconds: createdSeconds() }),
    createStream: ({ model, includeUsage }) =>
      new ChatStream({ model, includeUsage, createdSeconds: createdSeconds() }),
    errorMessage: readErrorMessage,
  };
}

/** For clients that speak OpenAI's chat completions to a target that speaks Anthropic's messages API. */
export const chatToMessages = createChatToMessages({ now: () => Date.now() });
