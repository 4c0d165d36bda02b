import { GatewayError } from '../errors';
import { isObject, Json, parseObject } from './json';
import { toStopReason } from './stopReasons';
import { toMessagesUsage } from './usage';

/**
 * Anthropic's message of OpenAI's chat completion. Reasoning that some servers show is left out: as a
 * thinking block it would need a signature.
 *
 * @param model - the name that the client asked for
 * @returns JSON text
 * @throws GatewayError `upstream_error` when it is no chat completion
 */
export function toMessagesAnswer(answer: Json, model: string): string {
  const choice: unknown = Array.isArray(answer.choices)
    ? answer.choices[0]
    : undefined;
  if (!isObject(choice) || !isObject(choice.message)) {
    throw new GatewayError('upstream_error');
  }
  const { content, refusal, tool_calls: calls } = choice.message;
  const id = typeof answer.id === 'string' ? answer.id : '';
  const toolUses = Array.isArray(calls)
    ? calls.map((call: unknown, index) =>
        toToolUse(call, {
          fallbackId: `${id}_${index}`,
          isCut: choice.finish_reason === 'length',
        }),
      )
    : [];
  return JSON.stringify({
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [...toText(content), ...toText(refusal), ...toolUses],
    ...toStopReason({
      finishReason: choice.finish_reason,
      stopSequence: choice.stop_reason,
      hasToolUse: toolUses.length > 0,
      hasRefusal: typeof refusal === 'string' && refusal !== '',
    }),
    usage: toMessagesUsage(answer.usage),
  });
}

function toText(text: unknown): Json[] {
  return typeof text === 'string' && text !== ''
    ? [{ type: 'text', text }]
    : [];
}

/** @param options.isCut - whether the answer met its bound, so that the arguments may end anywhere */
function toToolUse(
  call: unknown,
  options: { fallbackId: string; isCut: boolean },
): Json {
  if (!isObject(call) || !isObject(call.function)) {
    throw new GatewayError('upstream_error');
  }
  const { name, arguments: text } = call.function;
  const isEmpty = text === '' || text === undefined || text === null;
  const input = isEmpty ? {} : parseObject(String(text));
  // an input that was made up would be run: better no answer than a wrong one
  if (input === undefined && !options.isCut) {
    throw new GatewayError('upstream_error', {
      message: 'The model gave arguments of a tool that are not valid JSON.',
    });
  }
  return {
    type: 'tool_use',
    id: typeof call.id === 'string' ? call.id : options.fallbackId,
    name: typeof name === 'string' ? name : '',
    input: input ?? {},
  };
}
