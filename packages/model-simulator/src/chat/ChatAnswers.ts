import { hash } from 'node:crypto';
import { LruCache } from '../answers/LruCache';
import { ApiError } from '../http/ApiError';
import { parseBody } from '../http/parseBody';
import type { ChatAnswer } from './ChatAnswer';
import { chatRequestSchema } from './chatRequest';
import { composeChat } from './composeChat';

const KEPT_ANSWERS = 1_000;
/** Longer answers are composed anew each time, which bounds the memory of the cache. */
const LONGEST_KEPT_TOKENS = 1_000;

/** Answers by request body: a body that comes again is neither parsed nor tokenised again. */
export class ChatAnswers {
  readonly #seed: number;
  readonly #kept = new LruCache<ChatAnswer>(KEPT_ANSWERS);

  constructor(seed: number) {
    this.#seed = seed;
  }

  /**
   * @param deployment the model, where the path names it
   * @throws ApiError 400 when the body is not a chat request
   */
  answerTo(body: Buffer, deployment: string | undefined): ChatAnswer {
    const key = hash('sha1', body) + (deployment ?? '');
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const answer = this.#compose(body, deployment, false);
    if (answer.usage.completionTokens <= LONGEST_KEPT_TOKENS) {
      this.#kept.set(key, answer);
    }
    return answer;
  }

  /** An answer that is longer than the request allows. */
  answerBeyondMaxTokens(
    body: Buffer,
    deployment: string | undefined,
  ): ChatAnswer {
    return this.#compose(body, deployment, true);
  }

  #compose(
    body: Buffer,
    deployment: string | undefined,
    ignoreMaxTokens: boolean,
  ): ChatAnswer {
    const request = parseBody(body, chatRequestSchema);
    const model = deployment ?? request.model;
    if (model === undefined) {
      throw new ApiError(400, 'You must provide a model parameter.', {
        param: 'model',
      });
    }
    return composeChat(request, { model, seed: this.#seed, ignoreMaxTokens });
  }
}
