import type { Exchange } from '../http/Exchange';
import { countAsked } from '../inference/directives';
import type { TextAnswer } from './TextAnswer';

/**
 * The same answer, with as many tokens cached, written into the cache and spent on reasoning as the
 * caller asks for: never more than its prompt has, or than its limit leaves beside the text.
 *
 * @throws ApiError 400 on a number that cannot be used
 */
export function applyUsageDirectives(
  answer: TextAnswer,
  exchange: Exchange,
): TextAnswer {
  const { metadata, usage } = answer;
  const asked = (name: string) => countAsked(exchange, metadata, name);
  const cachedTokens = Math.min(asked('cached-tokens'), usage.promptTokens);
  const cacheWriteTokens = Math.min(
    asked('cache-write-tokens'),
    usage.promptTokens - cachedTokens,
  );
  const reasoningTokens = Math.min(
    asked('reasoning-tokens'),
    roomForReasoning(answer),
  );
  if (cachedTokens + cacheWriteTokens + reasoningTokens === 0) return answer;
  return {
    ...answer,
    usage: {
      ...usage,
      cachedTokens,
      completionTokens: usage.completionTokens + reasoningTokens,
      ...(cacheWriteTokens > 0 && { cacheWriteTokens }),
      ...(reasoningTokens > 0 && { reasoningTokens }),
    },
  };
}

function roomForReasoning({ choices, maxTokens, usage }: TextAnswer): number {
  return Math.max(0, choices.length * maxTokens - usage.completionTokens);
}
