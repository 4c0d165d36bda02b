import { ChunkTap } from './ChunkTap';
import { Attachments, countAttachments, hasHostedTool } from './contentParts';
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
import { CHAT_NAMES, isObject, readTokens } from './usage';

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
      ...messageFields(body),
    });
  },
  bodyEdits(options) {
    const edits = modelEdit(options);
    addOutputBound(edits, options, options.outputBoundMember ?? 'max_tokens');
    addUsageOption(edits, options);
    return edits;
  },
  readUsage(answer) {
    return readTokens(answer.usage, CHAT_NAMES);
  },
  createTap(fields) {
    return new ChunkTap({ stripUsage: !fields.includeUsage });
  },
};

function messageFields(body: Body) {
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0) {
    throw invalid('messages', 'an array that is not empty');
  }
  const searchesWeb = (body.web_search_options ?? undefined) !== undefined;
  const counted: Attachments = {
    attachmentCount: 0,
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
  return { messageCount: messages.length, ...counted };
}
