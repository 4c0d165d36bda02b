import type { Dialect } from '../http/ApiError';
import type { StreamFrames } from '../inference/streamAnswer';
import type { TextAnswer } from './TextAnswer';

/** How one sending of an answer differs from the next. */
export interface SendOptions {
  /** Names this sending; each API puts its own prefix before it. */
  id: string;
  /** Seconds since 1970. */
  createdSeconds: number;
  dialect: Dialect;
  /** False when the usage is to be left out although it was asked for. */
  withUsage: boolean;
}

export interface ComposeOptions {
  /** The model, where the path names it. */
  deployment?: string;
  seed: number;
  /** Answers longer than the request allows. */
  ignoreMaxTokens: boolean;
}

/** One of the APIs through which a model can be asked for text. */
export interface TextFormat {
  /** @throws ApiError 400 when the body is not a request of this API */
  compose(body: Buffer, options: ComposeOptions): TextAnswer;
  /** Body of an answer that is not streamed. */
  whole(answer: TextAnswer, options: SendOptions): string;
  /** The events of a streamed answer. */
  frames(answer: TextAnswer, options: SendOptions): StreamFrames;
}
