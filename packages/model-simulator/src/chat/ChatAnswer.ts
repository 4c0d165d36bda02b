/** Why an answer ended, in OpenAI's words. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** One of the `n` choices, in the two forms it can be sent. */
export interface ChatChoice {
  /** The whole, for an answer that is not streamed. */
  message: Record<string, unknown>;
  /** First delta of the stream: it names the role, and the tool that is called. */
  opening: Record<string, unknown>;
  /** Later deltas, one a token. */
  deltas: Record<string, unknown>[];
  finishReason: FinishReason;
  /** Tokens of the text, or of the tool's name and arguments. */
  completionTokens: number;
}

/** Everything that a chat request asked for: computed once, sent many times. */
export interface ChatAnswer {
  model: string;
  stream: boolean;
  includeUsage: boolean;
  choices: ChatChoice[];
  usage: TokenUsage;
  /** Seed of everything random about this answer, such as its latency. */
  seed: number;
  /** The request's `metadata`: a client that cannot set headers gives directives here. */
  metadata: Readonly<Record<string, string>>;
}

export interface TokenUsage {
  promptTokens: number;
  /** Part of the prompt that the provider had cached, at most `promptTokens`. */
  cachedTokens: number;
  completionTokens: number;
}
