import { writeAnswer } from '../answers/writeAnswer';
import { writeJson } from '../answers/writeJson';
import { pick, type Random } from '../random/createRandom';
import { countTokens, tokenise } from '../tokens/tokenise';
import type { ChatChoice } from './ChatAnswer';
import type { ChatRequest, ChatTool } from './chatRequest';

/** How an answer is bounded: by the request, or beyond it, as a provider does that does not keep to it. */
export interface Bounds {
  maxTokens: number;
  atLeastTokens: number;
}

/** A tool call when the request asks for one and its name fits into the bounds; text otherwise. */
export function composeChoice(
  request: ChatRequest,
  random: Random,
  bounds: Bounds,
): ChatChoice {
  const tool = toolToCall(request, random);
  const call = tool && composeToolCall(tool, random, bounds.maxTokens);
  return call ?? composeText(textFor(request, random, bounds), bounds);
}

function composeText(text: string, bounds: Bounds): ChatChoice {
  const { pieces, tokenCount, truncated, ...cut } = tokenise(
    text,
    bounds.maxTokens,
  );
  return {
    message: { role: 'assistant', content: cut.text, refusal: null },
    opening: { role: 'assistant', content: '', refusal: null },
    deltas: pieces.map(content => ({ content })),
    finishReason: truncated ? 'length' : 'stop',
    completionTokens: tokenCount,
  };
}

/** @returns undefined when `maxTokens` does not cover the name and one token of arguments */
function composeToolCall(
  tool: ChatTool,
  random: Random,
  maxTokens: number,
): ChatChoice | undefined {
  const { name, parameters } = tool.function;
  const nameTokens = countTokens(name);
  if (nameTokens >= maxTokens) return undefined;
  const given = tokenise(
    JSON.stringify(writeJson({ type: 'object', ...parameters }, random)),
    maxTokens - nameTokens,
  );
  const id = `call_${Math.floor(random() * 2 ** 32).toString(36)}`;
  const call = (text: string) => ({
    id,
    type: 'function',
    function: { name, arguments: text },
  });
  return {
    message: {
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [call(given.text)],
    },
    opening: {
      role: 'assistant',
      content: null,
      tool_calls: [{ index: 0, ...call('') }],
    },
    deltas: given.pieces.map(piece => ({
      tool_calls: [{ index: 0, function: { arguments: piece } }],
    })),
    finishReason: given.truncated ? 'length' : 'tool_calls',
    completionTokens: nameTokens + given.tokenCount,
  };
}

function toolToCall(
  request: ChatRequest,
  random: Random,
): ChatTool | undefined {
  const { messages, tools, tool_choice: choice } = request;
  if (!tools?.length || choice === 'none') return undefined;
  if (messages.at(-1)?.role !== 'user') return undefined;
  if (typeof choice === 'object' && choice !== null) {
    return tools.find(tool => tool.function.name === choice.function.name);
  }
  return pick(tools, random);
}

function textFor(request: ChatRequest, random: Random, bounds: Bounds): string {
  const format = request.response_format;
  if (format?.type === 'json_schema') {
    return JSON.stringify(writeJson(format.json_schema.schema ?? {}, random));
  }
  const text = writeAnswer(random, { atLeastTokens: bounds.atLeastTokens });
  return format?.type === 'json_object'
    ? JSON.stringify({ answer: text })
    : text;
}
