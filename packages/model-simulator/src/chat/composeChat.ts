import { createRandom } from '../random/createRandom';
import { seedOf } from '../random/seedOf';
import { countPromptTokens } from '../tokens/countPromptTokens';
import { composeChoice } from '../text/composeChoice';
import { logprobsOf } from '../text/logprobsOf';
import type { TextAnswer } from '../text/TextAnswer';
import type { ChatRequest } from './chatRequest';

/** How far a provider that ignores `max_tokens` goes beyond it, at least. */
const BEYOND_MAX_TOKENS = 20;
/** Longest answer that is made up to go beyond a limit. */
const LONGEST_BEYOND_TOKENS = 4_000;

/**
 * The answer to a chat request. The same seed, model, messages, tools and request seed give the same answer.
 *
 * @param options.ignoreMaxTokens answers longer than the request allows
 */
export function composeChat(
  request: ChatRequest,
  options: { model: string; seed: number; ignoreMaxTokens?: boolean },
): TextAnswer {
  const { messages, tools } = request;
  const seed = seedOf(
    options.seed,
    options.model,
    messages,
    tools ?? [],
    request.seed ?? 0,
  );
  const bounds = boundsOf(request, options.ignoreMaxTokens ?? false);
  const choices = Array.from({ length: request.n ?? 1 }, (_, index) => {
    const choice = composeChoice(request, createRandom(seed + index), bounds);
    if (!request.logprobs) return choice;
    const random = createRandom(seedOf(seed, 'logprobs', index));
    const top = request.top_logprobs ?? 0;
    return { ...choice, logprobs: logprobsOf(choice.pieces, { random, top }) };
  });
  return {
    model: options.model,
    stream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    choices,
    usage: {
      promptTokens: countPromptTokens(messages, tools ?? []),
      cachedTokens: 0,
      completionTokens: choices.reduce(
        (sum, choice) => sum + choice.completionTokens,
        0,
      ),
    },
    maxTokens: bounds.maxTokens,
    seed,
    metadata: request.metadata ?? {},
    serviceTier: tierAsked(request.service_tier),
  };
}

/** A tier that is asked for by name is given; without one, nothing is said of it. */
export function tierAsked(name: string | null | undefined): string | undefined {
  return name === 'auto' ? 'default' : name ?? undefined;
}

function boundsOf(request: ChatRequest, ignoreMaxTokens: boolean) {
  const maxTokens =
    request.max_completion_tokens ?? request.max_tokens ?? Infinity;
  if (!ignoreMaxTokens) return { maxTokens, atLeastTokens: 0 };
  const beyond = Number.isFinite(maxTokens) ? maxTokens + BEYOND_MAX_TOKENS : 0;
  return {
    maxTokens: Infinity,
    atLeastTokens: Math.min(beyond, LONGEST_BEYOND_TOKENS),
  };
}
