import type { Dialect } from '../http/ApiError';
import type { ChatAnswer, TokenUsage } from './ChatAnswer';

/** Names the one answer that is being sent. */
export interface AnswerId {
  id: string;
  /** Seconds since 1970. */
  createdSeconds: number;
}

const UNHARMFUL = { filtered: false, severity: 'safe' };

/** What Azure's filter says about a harmless text. */
export const CONTENT_FILTER_RESULTS = {
  hate: UNHARMFUL,
  self_harm: UNHARMFUL,
  sexual: UNHARMFUL,
  violence: UNHARMFUL,
};

export const PROMPT_FILTER_RESULTS = [
  { prompt_index: 0, content_filter_results: CONTENT_FILTER_RESULTS },
];

export function usageBody(usage: TokenUsage): Record<string, unknown> {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    prompt_tokens_details: {
      cached_tokens: usage.cachedTokens,
      audio_tokens: 0,
    },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** Body of an answer that is not streamed. */
export function chatBody(
  answer: ChatAnswer,
  options: AnswerId & { dialect: Dialect; withUsage: boolean },
): string {
  const azure = options.dialect === 'azure';
  return JSON.stringify({
    id: options.id,
    object: 'chat.completion',
    created: options.createdSeconds,
    model: answer.model,
    choices: answer.choices.map((choice, index) => ({
      index,
      message: choice.message,
      logprobs: null,
      finish_reason: choice.finishReason,
      ...(azure && { content_filter_results: CONTENT_FILTER_RESULTS }),
    })),
    ...(options.withUsage && { usage: usageBody(answer.usage) }),
    ...(azure && { prompt_filter_results: PROMPT_FILTER_RESULTS }),
    system_fingerprint: 'fp_simulator',
  });
}
