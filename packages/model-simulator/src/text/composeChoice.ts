import { writeAnswer } from '../answers/writeAnswer';
import { writeJson } from '../answers/writeJson';
import type { ChatRequest, ChatTool } from '../chat/chatRequest';
import { pick, type Random } from '../random/createRandom';
import { countTokens, tokenise } from '../tokens/tokenise';
import type { Choice, ToolCall } from './TextAnswer';

/** More tools than this are not called at once. */
const MOST_PARALLEL_CALLS = 8;

/** How an answer is bounded: by the request, or beyond it, as a provider does that does not keep to it. */
export interface Bounds {
  maxTokens: number;
  atLeastTokens: number;
}

/** Tool calls when the request asks for them and a name fits into the bounds; text otherwise. */
export function composeChoice(
  request: ChatRequest,
  random: Random,
  bounds: Bounds,
): Choice {
  const tools = toolsToCall(request, random);
  return (
    composeToolCalls(tools, random, bounds.maxTokens) ??
    composeText(textFor(request, random, bounds), request.stop, bounds)
  );
}

function composeText(
  said: string,
  stop: ChatRequest['stop'],
  bounds: Bounds,
): Choice {
  const { text, stopSequence } = cutAtStop(said, stop);
  const cut = tokenise(text, bounds.maxTokens);
  return {
    text: cut.text,
    pieces: cut.pieces,
    toolCalls: [],
    finishReason: cut.truncated ? 'length' : 'stop',
    ...(!cut.truncated && stopSequence !== undefined && { stopSequence }),
    completionTokens: cut.tokenCount,
  };
}

/** The text before the first of the caller's stop sequences. */
function cutAtStop(text: string, stop: ChatRequest['stop']) {
  const sequences = typeof stop === 'string' ? [stop] : stop ?? [];
  let end = text.length;
  let stopSequence: string | undefined;
  for (const sequence of sequences) {
    const start = sequence === '' ? -1 : text.indexOf(sequence);
    if (start === -1 || start >= end) continue;
    end = start;
    stopSequence = sequence;
  }
  return { text: text.slice(0, end), stopSequence };
}

/** @returns undefined when there is none, or `maxTokens` does not cover a name and one token of arguments */
function composeToolCalls(
  tools: readonly ChatTool[],
  random: Random,
  maxTokens: number,
): Choice | undefined {
  const toolCalls: ToolCall[] = [];
  let left = maxTokens;
  let truncated = false;
  let completionTokens = 0;
  for (const tool of tools) {
    const { name, parameters } = tool.function;
    const nameTokens = countTokens(name);
    truncated = nameTokens >= left;
    if (truncated) break;
    const given = tokenise(
      JSON.stringify(writeJson({ type: 'object', ...parameters }, random)),
      left - nameTokens,
    );
    const id = `call_${Math.floor(random() * 2 ** 32).toString(36)}`;
    toolCalls.push({ id, name, json: given.text, pieces: given.pieces });
    completionTokens += nameTokens + given.tokenCount;
    left -= nameTokens + given.tokenCount;
    truncated = given.truncated;
    if (truncated) break;
  }
  if (toolCalls.length === 0) return undefined;
  return {
    text: '',
    pieces: [],
    toolCalls,
    finishReason: truncated ? 'length' : 'tool_calls',
    completionTokens,
  };
}

/** The tool that the caller names; else each of them when it asks for calls in parallel; else one. */
function toolsToCall(request: ChatRequest, random: Random): ChatTool[] {
  const { messages, tools, tool_choice: choice } = request;
  if (!tools?.length || choice === 'none') return [];
  if (messages.at(-1)?.role !== 'user') return [];
  const name = typeof choice === 'string' ? undefined : choice?.function?.name;
  if (name !== undefined) {
    return tools.filter(tool => tool.function.name === name).slice(0, 1);
  }
  return request.parallel_tool_calls === true
    ? tools.slice(0, MOST_PARALLEL_CALLS)
    : [pick(tools, random)];
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
