/** What one request used; a part that its operation does not have is left out. */
export interface TokenUsage {
  /** Tokens of the whole prompt, with those that were cached. */
  promptTokens: number;
  /** Part of the prompt that the provider had cached, at most `promptTokens`. */
  cachedTokens: number;
  /** Further part of the prompt that was written into the provider's cache. */
  cacheWriteTokens?: number;
  /** Part of those: for an hour. Only Anthropic tells them apart. */
  cacheWriteHourTokens?: number;
  /** Part of the prompt that was heard; it may be cached, too. */
  audioPromptTokens?: number;
  /** Tokens of the answer, with those of its reasoning. */
  completionTokens: number;
  /** Part of the answer that nobody sees, at most `completionTokens`. */
  reasoningTokens?: number;
  /** Part of the answer that is spoken, at most the rest of `completionTokens`. */
  audioCompletionTokens?: number;
  /** Searches of the web by a tool of the provider's own. */
  toolCalls?: number;
  /** Pictures that were made. */
  images?: number;
  /** Length of the sound that was listened to, in seconds. */
  audioSeconds?: number;
  /** Characters that were read aloud. */
  characters?: number;
}

/** The parts that only some requests have. */
export const OPTIONAL_PARTS = [
  'cacheWriteTokens',
  'cacheWriteHourTokens',
  'audioPromptTokens',
  'reasoningTokens',
  'audioCompletionTokens',
  'toolCalls',
  'images',
  'audioSeconds',
  'characters',
] as const;
