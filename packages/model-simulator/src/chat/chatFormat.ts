import { requireModelName } from '../http/ApiError';
import { parseBody } from '../http/parseBody';
import type { TextFormat } from '../text/TextFormat';
import { chatBody } from './chatBody';
import { chatFrames } from './chatFrames';
import { chatRequestSchema } from './chatRequest';
import { composeChat } from './composeChat';

/** `POST …/chat/completions` */
export const chatFormat: TextFormat = {
  compose(body, { deployment, ...options }) {
    const request = parseBody(body, chatRequestSchema);
    const model = requireModelName(request.model, deployment);
    return composeChat(request, { ...options, model });
  },
  whole: chatBody,
  frames: chatFrames,
};
