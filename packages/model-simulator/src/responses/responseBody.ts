import { logprobBody } from '../chat/chatBody';
import type { Choice, TextAnswer, ToolCall } from '../text/TextAnswer';
import type { SendOptions } from '../text/TextFormat';
import type { ResponsesRequest } from './responsesRequest';

export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete';

type Body = Record<string, unknown>;

/** What an answer repeats of its request, with the values that hold where it says nothing. */
export function repeatedFields(request: ResponsesRequest): Body {
  return {
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: request.max_tool_calls ?? null,
    metadata: request.metadata ?? {},
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: request.previous_response_id ?? null,
    prompt_cache_key: request.prompt_cache_key ?? null,
    reasoning: request.reasoning ?? { effort: null, summary: null },
    safety_identifier: request.safety_identifier ?? null,
    store: request.store ?? true,
    temperature: request.temperature ?? 1,
    text: { format: { type: 'text' }, verbosity: 'medium', ...request.text },
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
    top_logprobs: request.top_logprobs ?? 0,
    top_p: request.top_p ?? 1,
    truncation: request.truncation ?? 'disabled',
    user: request.user ?? null,
  };
}

/** The answer before its first token, or after its last. */
export function responseBody(
  answer: TextAnswer,
  options: SendOptions & { output: readonly Body[]; inProgress: boolean },
): Body {
  const [choice] = answer.choices;
  const ended = options.inProgress ? undefined : choice;
  const reason = ended && incompleteReason(ended);
  return {
    id: `resp_${options.id}`,
    object: 'response',
    created_at: options.createdSeconds,
    status: ended ? statusOf(ended) : 'in_progress',
    background: false,
    error: null,
    incomplete_details: reason === undefined ? null : { reason },
    model: answer.model,
    output: options.output,
    service_tier: ended ? answer.serviceTier ?? 'default' : 'auto',
    ...answer.repeated,
    ...(ended && options.withUsage && { usage: responseUsageBody(answer) }),
    ...(!ended && { usage: null }),
  };
}

export function statusOf(choice: Choice): ResponseStatus {
  return incompleteReason(choice) === undefined ? 'completed' : 'incomplete';
}

function incompleteReason({ finishReason }: Choice): string | undefined {
  switch (finishReason) {
    case 'length':
      return 'max_output_tokens';
    case 'content_filter':
      return 'content_filter';
    default:
      return undefined;
  }
}

function responseUsageBody({ usage, wrongUsage }: TextAnswer): Body {
  return {
    input_tokens: usage.promptTokens,
    input_tokens_details: {
      cached_tokens: usage.cachedTokens,
      cache_write_tokens: usage.cacheWriteTokens ?? 0,
    },
    output_tokens: usage.completionTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
    total_tokens: usage.promptTokens + usage.completionTokens,
    ...wrongUsage,
  };
}

/** The reasoning that nobody sees; only its tokens are told. */
function reasoningItem(id: string): Body {
  return { id: `rs_${id}`, type: 'reasoning', summary: [] };
}

export function messageItem(
  id: string,
  status: ResponseStatus,
  content: readonly Body[],
): Body {
  return {
    id: `msg_${id}`,
    type: 'message',
    status,
    role: 'assistant',
    content,
  };
}

export function textPart(text: string, logprobs: Choice['logprobs']): Body {
  return {
    type: 'output_text',
    annotations: [],
    logprobs: logprobs?.map(logprobBody) ?? [],
    text,
  };
}

/** @param json as much of the arguments as is known */
export function callItem(
  call: ToolCall,
  status: ResponseStatus,
  json: string,
): Body {
  return {
    id: `fc_${call.id}`,
    type: 'function_call',
    status,
    arguments: json,
    call_id: call.id,
    name: call.name,
  };
}

/** What comes before the answer itself: reasoning, then searches. */
export function hiddenItems({ usage }: TextAnswer, id: string): Body[] {
  const searches = Array.from({ length: usage.toolCalls ?? 0 }, (_, index) =>
    searchItem(`${id}_${index}`),
  );
  return usage.reasoningTokens === undefined
    ? searches
    : [reasoningItem(id), ...searches];
}

function searchItem(id: string): Body {
  const action = { type: 'search', query: 'parcels' };
  return {
    id: `ws_${id}`,
    type: 'web_search_call',
    status: 'completed',
    action,
  };
}

/** Every item of the answer, whole. */
export function outputItems(answer: TextAnswer, id: string): Body[] {
  const [choice] = answer.choices;
  const { toolCalls, text, logprobs } = choice;
  const items =
    toolCalls.length === 0
      ? [messageItem(id, statusOf(choice), [textPart(text, logprobs)])]
      : toolCalls.map((call, index) =>
          callItem(call, callStatus(choice, index), call.json),
        );
  return [...hiddenItems(answer, id), ...items];
}

/** Only the last of several calls can have been cut short. */
export function callStatus(choice: Choice, index: number): ResponseStatus {
  const last = index === choice.toolCalls.length - 1;
  return last ? statusOf(choice) : 'completed';
}
