import { GatewayError } from '../errors';
import { isObject, Json } from './json';
import { toFinishReason } from './stopReasons';
import { toChatUsage } from './usage';

/**
 * OpenAI's chat completion of Anthropic's message. Thinking is left out: OpenAI's format has no place for it.
 *
 * @param options.model - the name that the client asked for
 * @param options.createdSeconds - since 1970
 * @returns JSON text
 * @throws GatewayError `upstream_error` when it is no message
 */
export function toChatAnswer(
  answer: Json,
  options: { model: string; createdSeconds: number },
): string {
  if (!Array.isArray(answer.content)) throw new GatewayError('upstream_error');
  const blocks: unknown[] = answer.content;
  const texts: string[] = [];
  const calls: Json[] = [];
  for (const block of blocks) {
    if (!isObject(block)) continue;
    if (block.type === 'text') texts.push(String(block.text ?? ''));
    if (block.type === 'tool_use') calls.push(toToolCall(block));
  }
  return JSON.stringify({
    id: answer.id,
    object: 'chat.completion',
    created: options.createdSeconds,
    model: options.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          // texts with citations come in pieces of one sentence
          content: texts.length > 0 ? texts.join('') : null,
          refusal: null,
          ...(calls.length > 0 && { tool_calls: calls }),
        },
        logprobs: null,
        finish_reason: toFinishReason(answer),
      },
    ],
    usage: toChatUsage(answer.usage),
  });
}

function toToolCall(block: Json): Json {
  return {
    id: block.id,
    type: 'function',
    function: {
      name: block.name,
      arguments: JSON.stringify(block.input ?? {}),
    },
  };
}
