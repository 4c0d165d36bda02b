import type {
  ChatMessage,
  ChatRequest,
  ChatTool,
  ContentPart,
} from '../chat/chatRequest';
import type {
  ResponsesItem,
  ResponsesPart,
  ResponsesRequest,
  ResponsesTool,
} from './responsesRequest';

const LOGPROBS = 'message.output_text.logprobs';

/** The same question as a chat: it is answered, and its tokens are counted, in the same way. */
export function chatOfResponses(request: ResponsesRequest): ChatRequest {
  const { input, instructions, tool_choice: choice } = request;
  const messages: ChatMessage[] = [];
  if (instructions) messages.push({ role: 'system', content: instructions });
  if (typeof input === 'string') {
    messages.push({ role: 'user', content: input });
  } else messages.push(...input.flatMap(messageOf));
  const logprobs = request.include?.includes(LOGPROBS) ?? false;
  return {
    messages,
    stream: request.stream,
    max_tokens: request.max_output_tokens,
    logprobs,
    top_logprobs: logprobs ? request.top_logprobs : undefined,
    tools: request.tools?.flatMap(tool =>
      isFunction(tool) ? chatTool(tool) : [],
    ),
    tool_choice:
      typeof choice === 'object' && choice?.name !== undefined
        ? { function: { name: choice.name } }
        : wordOf(choice),
    parallel_tool_calls: request.parallel_tool_calls,
    response_format: responseFormat(request.text?.format),
  };
}

function messageOf(item: ResponsesItem): ChatMessage[] {
  const { role, call_id: callId, name } = item;
  if (item.type === 'function_call' && name !== undefined) {
    const call = { name, arguments: item.arguments ?? '{}' };
    return [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: callId, type: 'function', function: call }],
      },
    ];
  }
  if (item.type === 'function_call_output') {
    const content = contentOf(item.output ?? '');
    return [{ role: 'tool', tool_call_id: callId, content }];
  }
  if (role === undefined) return [];
  return [{ role, content: contentOf(item.content ?? '') }];
}

function contentOf(
  content: string | readonly ResponsesPart[],
): string | ContentPart[] {
  if (typeof content === 'string') return content;
  return content.map(part => {
    if (part.text !== undefined) return { type: 'text', text: part.text };
    if (part.type !== 'input_image') return part;
    const { image_url: url, detail } = part;
    return { type: 'image_url', image_url: { url, detail } };
  });
}

function isFunction(tool: { type: string }): tool is ResponsesTool {
  return tool.type === 'function';
}

function chatTool(tool: ResponsesTool): ChatTool {
  const { name, description, parameters } = tool;
  return {
    type: 'function',
    function: {
      name,
      ...(description && { description }),
      ...(parameters && { parameters }),
    },
  };
}

function wordOf(choice: ResponsesRequest['tool_choice']) {
  return typeof choice === 'string' ? choice : undefined;
}

function responseFormat(
  format: NonNullable<ResponsesRequest['text']>['format'],
): ChatRequest['response_format'] {
  if (format?.type !== 'json_schema') return format;
  return { type: 'json_schema', json_schema: { schema: format.schema } };
}
