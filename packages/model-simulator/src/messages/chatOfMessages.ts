import { z } from 'zod';
import type {
  ChatMessage,
  ChatRequest,
  ChatTool,
  ContentPart,
} from '../chat/chatRequest';
import type { MessageBlock, MessagesRequest } from './messagesRequest';

/** The same question as a chat: it is answered, and its tokens are counted, in the same way. */
export function chatOfMessages(request: MessagesRequest): ChatRequest {
  const { system, tools, tool_choice: choice } = request;
  const messages: ChatMessage[] = [];
  if (system?.length) {
    messages.push({ role: 'system', content: contentOf(system) });
  }
  for (const { role, content } of request.messages) {
    if (typeof content === 'string') messages.push({ role, content });
    else if (role === 'user') messages.push(...userMessages(content));
    else messages.push(assistantMessage(content));
  }
  return {
    messages,
    stream: request.stream,
    max_tokens: request.max_tokens,
    stop: request.stop_sequences,
    tools: tools?.flatMap(chatTool),
    tool_choice: toolChoice(choice),
    parallel_tool_calls: choice?.disable_parallel_tool_use === false,
  };
}

/** What the user says, then the results of tools: a model that has its results answers in words. */
function userMessages(blocks: readonly MessageBlock[]): ChatMessage[] {
  const said = blocks.filter(block => block.type !== 'tool_result');
  const results = blocks.filter(block => block.type === 'tool_result');
  const messages: ChatMessage[] = results.map(block => ({
    role: 'tool',
    tool_call_id: block.tool_use_id,
    content: resultOf(block.content),
  }));
  return said.length === 0
    ? messages
    : [{ role: 'user', content: contentOf(said) }, ...messages];
}

function assistantMessage(blocks: readonly MessageBlock[]): ChatMessage {
  const said = blocks.filter(block => block.type === 'text');
  const calls = blocks.flatMap(({ type, id, name, input }) =>
    type === 'tool_use' && name !== undefined
      ? {
          id,
          type: 'function',
          function: { name, arguments: JSON.stringify(input ?? {}) },
        }
      : [],
  );
  return {
    role: 'assistant',
    content: said.length === 0 ? null : contentOf(said),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

/** One text alone is the same as a string. */
function contentOf(
  content: string | readonly MessageBlock[],
): string | ContentPart[] {
  if (typeof content === 'string') return content;
  const [first] = content;
  if (content.length === 1 && first.text !== undefined) return first.text;
  return content.map(block => {
    if (block.text !== undefined) return { type: 'text', text: block.text };
    if (block.type !== 'image') return block;
    return { type: 'image_url', image_url: { url: urlOf(block.source) } };
  });
}

const sourceSchema = z.union([
  z.looseObject({ type: z.literal('url'), url: z.string() }),
  z.looseObject({
    type: z.literal('base64'),
    media_type: z.string(),
    data: z.string(),
  }),
]);

function urlOf(given: unknown): string | undefined {
  const { data: source } = sourceSchema.safeParse(given);
  if (source === undefined) return undefined;
  return source.type === 'url'
    ? source.url
    : `data:${source.media_type};base64,${source.data}`;
}

const resultSchema = z.array(
  z.looseObject({ type: z.string(), text: z.string().optional() }),
);

function resultOf(given: unknown): string | ContentPart[] {
  if (typeof given === 'string') return given;
  return resultSchema.safeParse(given).data ?? '';
}

function chatTool(
  tool: NonNullable<MessagesRequest['tools']>[number],
): ChatTool[] {
  const { name, description, input_schema: parameters } = tool;
  if (parameters === undefined) return [];
  return [{ type: 'function', function: { name, description, parameters } }];
}

function toolChoice(
  choice: MessagesRequest['tool_choice'],
): ChatRequest['tool_choice'] {
  switch (choice?.type) {
    case 'tool':
      return { function: { name: choice.name ?? '' } };
    case 'any':
      return 'required';
    case 'none':
      return 'none';
    default:
      return undefined;
  }
}
