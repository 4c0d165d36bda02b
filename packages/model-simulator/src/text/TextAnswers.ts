import { hash } from 'node:crypto';
import { LruCache } from '../answers/LruCache';
import type { TextAnswer } from './TextAnswer';
import type { TextFormat } from './TextFormat';

const KEPT_ANSWERS = 1_000;
/** Longer answers are composed anew each time, which bounds the memory of the cache. */
const LONGEST_KEPT_TOKENS = 1_000;

/** Answers by request body: a body that comes again is neither parsed nor tokenised again. */
export class TextAnswers {
  readonly #format: TextFormat;
  readonly #seed: number;
  readonly #kept = new LruCache<TextAnswer>(KEPT_ANSWERS);

  constructor(format: TextFormat, seed: number) {
    this.#format = format;
    this.#seed = seed;
  }

  /**
   * @param deployment the model, where the path names it
   * @throws ApiError 400 when the body is not a request of this API
   */
  answerTo(body: Buffer, deployment: string | undefined): TextAnswer {
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
  ): TextAnswer {
    return this.#compose(body, deployment, true);
  }

  #compose(
    body: Buffer,
    deployment: string | undefined,
    ignoreMaxTokens: boolean,
  ): TextAnswer {
    const seed = this.#seed;
    return this.#format.compose(body, { deployment, seed, ignoreMaxTokens });
  }
}
