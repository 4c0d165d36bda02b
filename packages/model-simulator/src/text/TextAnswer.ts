import type { TokenUsage } from '../usage/TokenUsage';
import type { TokenLogprob } from './logprobsOf';

/** Why an answer ended, in the words of OpenAI's chat. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** A function that the model wants to be called. */
export interface ToolCall {
  id: string;
  name: string;
  /** JSON of the arguments; cut short when the limit of tokens was reached. */
  json: string;
  /** The same, in the pieces that are streamed. */
  pieces: string[];
}

/** One of the choices of an answer, before any API puts it in its own words: text, or calls of tools. */
export interface Choice {
  /** Empty when tools are called. */
  text: string;
  /** The text in the pieces that are streamed, one a token. */
  pieces: string[];
  toolCalls: ToolCall[];
  finishReason: FinishReason;
  /** The caller's own sequence that ended the text; it is not part of it. */
  stopSequence?: string;
  /** Tokens of the text, or of the tools' names and arguments. */
  completionTokens: number;
  /** One a piece of the text, when the caller asked for them. */
  logprobs?: TokenLogprob[];
}

/** Everything that a request for text asked for: computed once, sent many times. */
export interface TextAnswer {
  model: string;
  stream: boolean;
  includeUsage: boolean;
  choices: Choice[];
  usage: TokenUsage;
  /** What the request allows each choice; Infinity without a limit. */
  maxTokens: number;
  /** Seed of everything random about this answer, such as its latency. */
  seed: number;
  /** The request's `metadata`: a client that cannot set headers gives directives here. */
  metadata: Metadata;
  /** Most uses of the provider's own tools; none where the request does not name one. */
  maxToolCalls?: number;
  /** As what it is billed, in the provider's words; as usual when left out. */
  serviceTier?: string;
  /** What the usage object says in place of what is true. */
  wrongUsage?: Readonly<Record<string, unknown>>;
  /** Fields of the request that the answer repeats, where an API does that. */
  repeated?: Readonly<Record<string, unknown>>;
}

/** Fields that a caller may add to any JSON request; only texts are looked at. */
export type Metadata = Readonly<Record<string, unknown>>;
