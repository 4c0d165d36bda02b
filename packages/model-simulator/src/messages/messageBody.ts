import type { Choice, TextAnswer } from '../text/TextAnswer';
import type { SendOptions } from '../text/TextFormat';

type Body = Record<string, unknown>;

/** A message before its first token; the blocks and why it ended come later. */
export function emptyMessage(answer: TextAnswer, options: SendOptions): Body {
  return {
    id: `msg_${options.id}`,
    type: 'message',
    role: 'assistant',
    model: answer.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

/** Body of an answer that is not streamed. */
export function messageBody(answer: TextAnswer, options: SendOptions): string {
  const [choice] = answer.choices;
  return JSON.stringify({
    ...emptyMessage(answer, options),
    content: contentBlocks(choice),
    ...endOf(choice),
    ...(options.withUsage && { usage: messageUsage(answer) }),
  });
}

function contentBlocks({ text, toolCalls }: Choice): Body[] {
  if (toolCalls.length === 0) return [{ type: 'text', text }];
  return toolCalls.map(({ id, name, json }) => ({
    type: 'tool_use',
    id: toolUseId(id),
    name,
    input: parsedOrEmpty(json),
  }));
}

export function toolUseId(id: string): string {
  return id.replace(/^call_/, 'toolu_');
}

/** Arguments that were cut short are no JSON any more. */
function parsedOrEmpty(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}

/** Why the message ended, in Anthropic's words. */
export function endOf(choice: Choice) {
  const { stopSequence } = choice;
  return {
    stop_reason:
      stopSequence === undefined ? stopReason(choice) : 'stop_sequence',
    stop_sequence: stopSequence ?? null,
  };
}

function stopReason({ finishReason }: Choice): string {
  switch (finishReason) {
    case 'length':
      return 'max_tokens';
    case 'tool_calls':
      return 'tool_use';
    case 'content_filter':
      return 'refusal';
    default:
      return 'end_turn';
  }
}

/** Anthropic's `input_tokens` are without those that were read from or written into the cache. */
export function messageUsage({
  usage,
  serviceTier,
  wrongUsage,
}: TextAnswer): Body {
  const { cacheWriteTokens = 0, cacheWriteHourTokens = 0 } = usage;
  const { cachedTokens } = usage;
  return {
    input_tokens: usage.promptTokens - cachedTokens - cacheWriteTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cachedTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWriteTokens - cacheWriteHourTokens,
      ephemeral_1h_input_tokens: cacheWriteHourTokens,
    },
    output_tokens: usage.completionTokens,
    output_tokens_details: { thinking_tokens: usage.reasoningTokens ?? 0 },
    server_tool_use:
      usage.toolCalls === undefined
        ? null
        : { web_search_requests: usage.toolCalls, web_fetch_requests: 0 },
    service_tier: serviceTier ?? 'standard',
    ...wrongUsage,
  };
}
