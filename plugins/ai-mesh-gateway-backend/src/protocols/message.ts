import {
  asksForHour,
  Attachments,
  countAttachments,
  NO_ATTACHMENTS,
} from './contentParts';
import { anthropicErrorBody } from './errorBodies';
import {
  Body,
  fieldsOf,
  invalid,
  modelOf,
  optionalArray,
  optionalBoolean,
  outputBound,
} from './fields';
import { isChargedByAnthropic } from './hostedTools';
import { addOutputBound, modelEdit } from './jsonEdits';
import { MessageTap, readMessageUsage } from './MessageTap';
import { Protocol } from './Protocol';
import {
  countOf,
  isGiven,
  isObject,
  ReportedUsage,
  UNREADABLE_USAGE,
} from './usage';

/** Anthropic's `/messages`. Its streams have named events, the usage in two of them, and end with `message_stop`. */
export const message: Protocol = {
  id: 'message',
  encoding: 'json',
  parseFields(body) {
    const bound = outputBound(body, ['max_tokens']);
    if (bound.maxOutputTokens === undefined) {
      throw invalid('max_tokens', 'a whole number above zero');
    }
    return fieldsOf({
      model: modelOf(body),
      stream: optionalBoolean(body, 'stream') ?? false,
      ...bound,
      ...messageFields(body),
      ...toolFields(body),
      serviceTier: tierOf(body),
    });
  },
  bodyEdits(options) {
    const edits = modelEdit(options);
    addOutputBound(edits, options, 'max_tokens');
    const { fields, toolCallBound } = options;
    if (fields.tools && toolCallBound !== undefined) {
      const tools = fields.tools.map(each => boundedTool(each, toolCallBound));
      edits.set('tools', JSON.stringify(tools)); // the hold covers no more
    }
    return edits;
  },
  readUsage({ usage }): ReportedUsage | undefined {
    if (isObject(usage)) return readMessageUsage(usage);
    return isGiven(usage) ? UNREADABLE_USAGE : undefined;
  },
  createTap: () => new MessageTap(),
  streamError(error) {
    return `event: error\ndata: ${anthropicErrorBody(error)}\n\n`;
  },
  errorBody: anthropicErrorBody,
};

function messageFields(body: Body) {
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0) {
    throw invalid('messages', 'an array that is not empty');
  }
  const counted: Attachments = {
    ...NO_ATTACHMENTS,
    hasHiddenInput: hasHiddenInput(body),
    cachesForHour: cachesForHour(body),
  };
  countAttachments(body.system, 'system', counted);
  for (const [index, each] of messages.entries()) {
    const path = `messages[${index}]`;
    if (!isObject(each)) throw invalid(path, 'an object');
    if (typeof each.role !== 'string')
      throw invalid(`${path}.role`, 'a string');
    countAttachments(each.content, `${path}.content`, counted);
  }
  return { messageCount: messages.length, ...counted };
}

/** Without a word Anthropic takes what capacity is paid for; and what is to be fast is not standard. */
function tierOf(body: Body) {
  const isStandard =
    body.service_tier === 'standard_only' && body.speed !== 'fast';
  return isStandard ? 'standard' : undefined;
}

/** Marks for the cache stand with the parts of messages, with tools, and for the whole request. */
function cachesForHour(body: Body): boolean {
  return (
    asksForHour(body.cache_control) ||
    optionalArray(body, 'tools').some(
      tool => isObject(tool) && asksForHour(tool.cache_control),
    )
  );
}

function toolFields(body: Body) {
  const tools = optionalArray(body, 'tools');
  let maxToolCalls = 0;
  let unboundedTools = 0;
  for (const tool of tools) {
    if (!isChargedByAnthropic(tool)) continue;
    const bound = countOf(tool.max_uses);
    if (bound === undefined) unboundedTools += 1;
    else maxToolCalls += bound;
  }
  if (unboundedTools === 0) return { maxToolCalls };
  return { maxToolCalls, unboundedTools, tools };
}

/** With a bound where its use is charged, and the caller sets none. */
function boundedTool(tool: unknown, bound: number): unknown {
  return isChargedByAnthropic(tool) && countOf(tool.max_uses) === undefined
    ? { ...tool, max_uses: bound }
    : tool;
}

/** Tools with a type of their own run at the provider, and what they find becomes input. */
function hasHiddenInput(body: Body): boolean {
  const runsTools = optionalArray(body, 'tools').some(
    tool => !isObject(tool) || (tool.type ?? 'custom') !== 'custom',
  );
  return (
    runsTools ||
    optionalArray(body, 'mcp_servers').length > 0 ||
    isGiven(body.container)
  );
}
