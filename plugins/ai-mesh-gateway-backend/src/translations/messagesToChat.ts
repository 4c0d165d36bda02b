import { readErrorMessage } from './errorMessages';
import { MessagesStream } from './MessagesStream';
import { toChatRequest } from './toChatRequest';
import { toMessagesAnswer } from './toMessagesAnswer';
import { Translation } from './Translation';

/** For clients that speak Anthropic's messages API to a target that speaks OpenAI's chat completions. */
export const messagesToChat: Translation = {
  request: toChatRequest,
  answer: (answer, { model }) => toMessagesAnswer(answer, model),
  createStream: options => new MessagesStream(options),
  errorMessage: readErrorMessage,
};
