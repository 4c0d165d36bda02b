import { toChatImage } from './images';
import {
  invalid,
  isPresent,
  Json,
  readArray,
  readContent,
  readObject,
  readString,
  readTexts,
  untranslatable,
} from './json';

/**
 * OpenAI's conversation of Anthropic's: the system prompt becomes the first message, and each tool result
 * a message of its own.
 *
 * @param body - the whole request to Anthropic's messages API
 */
export function toChatMessages(body: Json): Json[] {
  const messages: Json[] = [];
  if (isPresent(body.system)) {
    addTexts(messages, 'system', readTexts(body.system, 'system'));
  }
  const turns = readArray(body.messages, 'messages');
  for (const [index, value] of turns.entries()) {
    const at = `messages[${index}]`;
    const turn = readObject(value, at);
    // Anthropic's model would go on from here, OpenAI's would begin anew: the client would glue wrong halves together
    const isPrefill = turn.role === 'assistant' && index === turns.length - 1;
    if (isPrefill) throw untranslatable(at);
    addTurn(messages, turn, at);
  }
  return messages;
}

function addTurn(messages: Json[], turn: Json, at: string): void {
  const param = `${at}.content`;
  if (turn.role === 'user') {
    addUserTurn(messages, readContent(turn.content, param), param);
  } else if (turn.role === 'assistant') {
    addAssistantTurn(messages, readContent(turn.content, param), param);
  } else if (turn.role === 'system') {
    addTexts(messages, 'system', readTexts(turn.content, param));
  } else {
    throw invalid(`${at}.role`, '"user" or "assistant"');
  }
}

function addUserTurn(
  messages: Json[],
  content: string | Json[],
  param: string,
): void {
  if (typeof content === 'string') {
    messages.push({ role: 'user', content });
    return;
  }
  let parts: Json[] = [];
  const endMessage = () => {
    if (parts.length > 0)
      messages.push({ role: 'user', content: plain(parts) });
    parts = [];
  };
  for (const [index, block] of content.entries()) {
    const at = `${param}[${index}]`;
    switch (block.type) {
      case 'text':
        parts.push(textPart(readString(block.text, `${at}.text`)));
        break;
      case 'image':
        parts.push(toChatImage(block, at));
        break;
      case 'tool_result':
        endMessage(); // the order of blocks is the order of messages
        messages.push(toToolMessage(block, at));
        break;
      default: // documents, search results, uploads
        throw untranslatable(at);
    }
  }
  endMessage();
}

/** `is_error` has no counterpart: the text of the result is what the model reads. */
function toToolMessage(block: Json, at: string): Json {
  // images and documents in a result are refused here: OpenAI's tool messages are text
  const texts = isPresent(block.content)
    ? readTexts(block.content, `${at}.content`)
    : [];
  return {
    role: 'tool',
    tool_call_id: readString(block.tool_use_id, `${at}.tool_use_id`),
    content: texts.length === 0 ? '' : plain(texts.map(textPart)),
  };
}

function addAssistantTurn(
  messages: Json[],
  content: string | Json[],
  param: string,
): void {
  if (typeof content === 'string') {
    messages.push({ role: 'assistant', content });
    return;
  }
  const parts: Json[] = [];
  const calls: Json[] = [];
  for (const [index, block] of content.entries()) {
    const at = `${param}[${index}]`;
    switch (block.type) {
      case 'text':
        parts.push(textPart(readString(block.text, `${at}.text`)));
        break;
      case 'tool_use':
        calls.push(toToolCall(block, at));
        break;
      case 'thinking':
      case 'redacted_thinking':
        // dropped: it is signed by Anthropic for Anthropic, and no other provider could check or keep the signature
        break;
      default: // tools that ran at Anthropic
        throw untranslatable(at);
    }
  }
  if (parts.length + calls.length === 0) return; // it was thinking only
  messages.push({
    role: 'assistant',
    content: parts.length > 0 ? plain(parts) : null,
    ...(calls.length > 0 && { tool_calls: calls }),
  });
}

function toToolCall(block: Json, at: string): Json {
  return {
    id: readString(block.id, `${at}.id`),
    type: 'function',
    function: {
      name: readString(block.name, `${at}.name`),
      arguments: JSON.stringify(readObject(block.input ?? {}, `${at}.input`)),
    },
  };
}

function addTexts(messages: Json[], role: string, texts: string[]): void {
  if (texts.length > 0) {
    messages.push({ role, content: plain(texts.map(textPart)) });
  }
}

function textPart(text: string): Json {
  return { type: 'text', text };
}

/** A single text as a plain string: small servers read parts only where they must. */
function plain(parts: Json[]): unknown {
  return parts.length === 1 && parts[0].type === 'text' ? parts[0].text : parts;
}
