import { isObject, Json } from './json';

/** Token counts as Anthropic has them: the three classes of input are disjoint. */
export interface MessagesUsage {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  output_tokens: number;
  output_tokens_details?: { thinking_tokens: number };
}

/** Token counts as OpenAI has them: `prompt_tokens` includes what was read from and written to the cache. */
export interface ChatUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details: { cached_tokens: number; cache_write_tokens: number };
  completion_tokens_details?: { reasoning_tokens: number };
}

/**
 * @param usage - OpenAI's usage object
 * @returns zeros where nothing was reported: every message has a usage, and none that says "unknown"
 */
export function toMessagesUsage(usage: unknown): MessagesUsage {
  const reported = isObject(usage) ? usage : {};
  const input = objectOf(reported.prompt_tokens_details);
  const output = objectOf(reported.completion_tokens_details);
  const all = countOf(reported.prompt_tokens);
  // never more in the classes than there is in all: a count below zero would break clients
  const read = Math.min(countOf(input.cached_tokens), all);
  const written = Math.min(countOf(input.cache_write_tokens), all - read);
  const thinking = countOf(output.reasoning_tokens);
  return {
    input_tokens: all - read - written,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    output_tokens: countOf(reported.completion_tokens),
    ...(thinking > 0 && {
      output_tokens_details: { thinking_tokens: thinking },
    }),
  };
}

/**
 * @param usage - Anthropic's usage object; of a stream the merged one, see {@link mergeMessagesUsage}
 * @returns undefined when nothing was reported, which is not the same as zero
 */
export function toChatUsage(usage: unknown): ChatUsage | undefined {
  if (!isObject(usage)) return undefined;
  const read = countOf(usage.cache_read_input_tokens);
  const written = countOf(usage.cache_creation_input_tokens);
  const prompt = countOf(usage.input_tokens) + read + written;
  const completion = countOf(usage.output_tokens);
  const thinking = countOf(
    objectOf(usage.output_tokens_details).thinking_tokens,
  );
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: read,
      cache_write_tokens: written,
    },
    ...(thinking > 0 && {
      completion_tokens_details: { reasoning_tokens: thinking },
    }),
  };
}

/** Usage comes at the start of Anthropic's stream and again at its end; the counts are cumulative, so the later one holds. */
export function mergeMessagesUsage(
  earlier: Json | undefined,
  later: unknown,
): Json | undefined {
  if (!isObject(later)) return earlier;
  const merged: Json = { ...earlier };
  for (const [name, value] of Object.entries(later)) {
    if (value !== null) merged[name] = value;
  }
  return merged;
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
    ? value
    : 0;
}

function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}
