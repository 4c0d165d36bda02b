import type { Exchange } from '../http/Exchange';
import {
  countAsked,
  directive,
  hasDirectives,
  objectAsked,
} from '../inference/directives';
import type { TokenUsage } from '../usage/TokenUsage';
import type { TextAnswer } from './TextAnswer';

/**
 * The same answer, with as many tokens cached, written into the cache, heard, spoken and spent on reasoning, and as
 * many searches, as the caller asks for: never more than its prompt has, or than its limits leave. With the tier and
 * the wrong counts that the caller wants to be told.
 *
 * @throws ApiError 400 on a number that cannot be used
 */
export function applyUsageDirectives(
  answer: TextAnswer,
  exchange: Exchange,
): TextAnswer {
  const { metadata } = answer;
  if (!hasDirectives(exchange, metadata)) return answer;
  const parts = partsOf(answer, name => countAsked(exchange, metadata, name));
  const serviceTier = directive(exchange, metadata, 'service-tier');
  const wrongUsage = objectAsked(exchange, metadata, 'wrong-usage');
  return {
    ...answer,
    usage: { ...answer.usage, ...parts },
    ...(serviceTier !== undefined && { serviceTier }),
    ...(wrongUsage !== undefined && { wrongUsage }),
  };
}

function partsOf(
  answer: TextAnswer,
  asked: (name: string) => number,
): Partial<TokenUsage> {
  const { promptTokens, completionTokens } = answer.usage;
  const cachedTokens = Math.min(asked('cached-tokens'), promptTokens);
  const cacheWriteTokens = Math.min(
    asked('cache-write-tokens'),
    promptTokens - cachedTokens,
  );
  const reasoningTokens = Math.min(
    asked('reasoning-tokens'),
    roomForReasoning(answer),
  );
  const optional = {
    cacheWriteTokens,
    cacheWriteHourTokens: Math.min(
      asked('cache-write-hour-tokens'),
      cacheWriteTokens,
    ),
    audioPromptTokens: Math.min(asked('audio-prompt-tokens'), promptTokens),
    reasoningTokens,
    audioCompletionTokens: Math.min(
      asked('audio-completion-tokens'),
      completionTokens,
    ),
    toolCalls: Math.min(asked('tool-calls'), answer.maxToolCalls ?? 0),
  };
  const some = Object.entries(optional).filter(([, amount]) => amount > 0);
  return {
    cachedTokens,
    completionTokens: completionTokens + reasoningTokens,
    ...Object.fromEntries(some),
  };
}

function roomForReasoning({ choices, maxTokens, usage }: TextAnswer): number {
  return Math.max(0, choices.length * maxTokens - usage.completionTokens);
}
