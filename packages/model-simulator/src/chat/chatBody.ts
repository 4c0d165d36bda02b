import type { Choice, TextAnswer, ToolCall } from '../text/TextAnswer';
import type { SendOptions } from '../text/TextFormat';
import type { TokenLogprob } from '../text/logprobsOf';

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

/** Usage as chat and legacy completions report it. */
export function usageBody({
  usage,
  wrongUsage,
}: TextAnswer): Record<string, unknown> {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    prompt_tokens_details: {
      cached_tokens: usage.cachedTokens,
      audio_tokens: usage.audioPromptTokens ?? 0,
      ...(usage.cacheWriteTokens !== undefined && {
        cache_write_tokens: usage.cacheWriteTokens,
      }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens ?? 0,
      audio_tokens: usage.audioCompletionTokens ?? 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
    ...wrongUsage,
  };
}

/** Body of an answer that is not streamed. */
export function chatBody(answer: TextAnswer, options: SendOptions): string {
  const azure = options.dialect === 'azure';
  return JSON.stringify({
    id: `chatcmpl-${options.id}`,
    object: 'chat.completion',
    created: options.createdSeconds,
    model: answer.model,
    choices: answer.choices.map((choice, index) => ({
      index,
      message: messageBody(choice),
      logprobs: choice.logprobs
        ? { content: choice.logprobs.map(logprobBody), refusal: null }
        : null,
      finish_reason: choice.finishReason,
      ...(azure && { content_filter_results: CONTENT_FILTER_RESULTS }),
    })),
    ...(options.withUsage && { usage: usageBody(answer) }),
    ...(answer.serviceTier !== undefined && {
      service_tier: answer.serviceTier,
    }),
    ...(azure && { prompt_filter_results: PROMPT_FILTER_RESULTS }),
    system_fingerprint: 'fp_simulator',
  });
}

function messageBody({ text, toolCalls }: Choice): Record<string, unknown> {
  return toolCalls.length === 0
    ? { role: 'assistant', content: text, refusal: null }
    : {
        role: 'assistant',
        content: null,
        refusal: null,
        tool_calls: toolCalls.map(call => toolCallBody(call, call.json)),
      };
}

/** @param json as much of the arguments as is sent with the name */
export function toolCallBody(
  { id, name }: ToolCall,
  json: string,
): Record<string, unknown> {
  return { id, type: 'function', function: { name, arguments: json } };
}

/** One token, as chat and the Responses API report it. */
export function logprobBody({
  top,
  ...chosen
}: TokenLogprob): Record<string, unknown> {
  return { ...chosen, top_logprobs: top };
}
