import { ChunkTap } from './ChunkTap';
import {
  Attachments,
  countAttachments,
  hasHostedTool,
  NO_ATTACHMENTS,
} from './contentParts';
import {
  Body,
  fieldsOf,
  invalid,
  MAX_CHOICES,
  modelOf,
  optionalArray,
  optionalCount,
  outputBound,
  streamFields,
} from './fields';
import { addOutputBound, addUsageOption, modelEdit } from './jsonEdits';
import { OPENAI } from './openAiProtocol';
import { Protocol } from './Protocol';
import { CHAT_NAMES, readTokens } from './readTokens';
import { askedTier, reportedTier } from './serviceTiers';
import { isGiven, isObject } from './usage';

/** OpenAI's `/chat/completions`. */
export const chat: Protocol = {
  ...OPENAI,
  id: 'chat',
  parseFields(body) {
    return fieldsOf({
      model: modelOf(body),
      ...streamFields(body),
      ...outputBound(body, ['max_tokens', 'max_completion_tokens']),
      choices: optionalCount(body, 'n', MAX_CHOICES) ?? 1,
      serviceTier: askedTier(body.service_tier),
      ...messageFields(body),
    });
  },
  bodyEdits(options) {
    const edits = modelEdit(options);
    addOutputBound(edits, options, options.outputBoundMember ?? 'max_tokens');
    addUsageOption(edits, options);
    return edits;
  },
  readUsage(answer, fields) {
    return readTokens(answer.usage, CHAT_NAMES, {
      serviceTier: reportedTier(answer.service_tier),
      toolCalls: fields.maxToolCalls, // a search model searches with every call, and does not count it
    });
  },
  createTap(fields) {
    return new ChunkTap({
      stripUsage: !fields.includeUsage,
      toolCalls: fields.maxToolCalls,
    });
  },
};

function messageFields(body: Body) {
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0) {
    throw invalid('messages', 'an array that is not empty');
  }
  const searchesWeb = isGiven(body.web_search_options);
  const counted: Attachments = {
    ...NO_ATTACHMENTS,
    hasHiddenInput: searchesWeb || hasHostedTool(optionalArray(body, 'tools')),
  };
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`;
    if (!isObject(message)) throw invalid(path, 'an object');
    if (typeof message.role !== 'string') {
      throw invalid(`${path}.role`, 'a string');
    }
    countAttachments(message.content, `${path}.content`, counted);
  }
  return {
    messageCount: messages.length,
    maxToolCalls: searchesWeb ? 1 : 0,
    ...counted,
  };
}
