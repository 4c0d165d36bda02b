import { Attachments, countAttachments } from './contentParts';
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
import { addOutputBound, modelEdit } from './jsonEdits';
import { MessageTap, readMessageUsage } from './MessageTap';
import { Protocol } from './Protocol';
import { isObject } from './usage';

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
    });
  },
  bodyEdits(options) {
    const edits = modelEdit(options);
    addOutputBound(edits, options, 'max_tokens');
    return edits;
  },
  readUsage({ usage }) {
    return isObject(usage) ? readMessageUsage(usage) : undefined;
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
    attachmentCount: 0,
    hasHiddenInput: hasHiddenInput(body),
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

/** Tools with a type of their own run at the provider, and what they find becomes input. */
function hasHiddenInput(body: Body): boolean {
  const runsTools = optionalArray(body, 'tools').some(
    tool => !isObject(tool) || (tool.type ?? 'custom') !== 'custom',
  );
  return (
    runsTools ||
    optionalArray(body, 'mcp_servers').length > 0 ||
    (body.container ?? undefined) !== undefined
  );
}
