/** Token counts as a provider reports them. */
export interface ReportedUsage {
  /** All tokens of the prompt, cached ones included. */
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
}

/**
 * Reads the `usage` object of an answer.
 *
 * @returns undefined when it is absent or no usage: then tokens are estimated, which is not the same as zero
 */
export function readUsage(value: unknown): ReportedUsage | undefined {
  if (!isObject(value)) return undefined;
  const promptTokens = value.prompt_tokens;
  const completionTokens = value.completion_tokens ?? 0; // embeddings have none
  if (!isCount(promptTokens) || !isCount(completionTokens)) return undefined;
  const details = value.prompt_tokens_details;
  const cached = isObject(details) ? details.cached_tokens : 0;
  return {
    promptTokens,
    completionTokens,
    // the classes of a call are disjoint: never more cached than there are
    cachedTokens: isCount(cached) ? Math.min(cached, promptTokens) : 0,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
