import { toMessagesImage } from './images';
import {
  invalid,
  isPresent,
  Json,
  parseObject,
  readArray,
  readContent,
  readObject,
  readString,
  readTexts,
  untranslatable,
} from './json';

/** A conversation as Anthropic has it. */
export interface MessagesTurns {
  /** Text blocks; absent when nobody instructs the model. */
  system: Json[] | undefined;
  messages: Json[];
}

/**
 * Anthropic's conversation of OpenAI's. System and developer messages go to the front, wherever they stood:
 * Anthropic does the same for OpenAI's clients. The results of one round of tools become one turn. Names
 * of participants are left out.
 */
export function toMessagesTurns(value: unknown): MessagesTurns {
  const system: Json[] = [];
  const messages: Json[] = [];
  /** The turn that takes further tool results: Anthropic wants those of one round together. */
  let results: Json[] | undefined;
  for (const [index, item] of readArray(value, 'messages').entries()) {
    const at = `messages[${index}]`;
    const message = readObject(item, at);
    if (message.role === 'tool') {
      if (results === undefined) {
        results = [];
        messages.push({ role: 'user', content: results });
      }
      results.push(toToolResult(message, at));
      continue;
    }
    results = undefined;
    if (message.role === 'system' || message.role === 'developer') {
      system.push(...toTextBlocks(message.content, `${at}.content`));
    } else {
      addTurn(messages, message, at);
    }
  }
  return { system: system.length > 0 ? system : undefined, messages };
}

function addTurn(messages: Json[], message: Json, at: string): void {
  if (message.role === 'user') {
    messages.push({
      role: 'user',
      content: toUserContent(message.content, `${at}.content`),
    });
  } else if (message.role === 'assistant') {
    const content = toAssistantContent(message, at);
    // a turn that says nothing is one for OpenAI; Anthropic refuses it
    if (content.length > 0) messages.push({ role: 'assistant', content });
  } else if (message.role === 'function') {
    throw untranslatable(`${at}.role`); // before there were tools
  } else {
    throw invalid(
      `${at}.role`,
      '"system", "developer", "user", "assistant" or "tool"',
    );
  }
}

function toUserContent(value: unknown, param: string): string | Json[] {
  const content = readContent(value, param);
  if (typeof content === 'string') return content;
  const blocks: Json[] = [];
  for (const [index, part] of content.entries()) {
    const at = `${param}[${index}]`;
    if (part.type === 'text') {
      addText(blocks, readString(part.text, `${at}.text`));
    } else if (part.type === 'image_url') {
      blocks.push(toMessagesImage(part, at));
    } else {
      throw untranslatable(at); // files, audio
    }
  }
  return blocks;
}

function toAssistantContent(message: Json, at: string): Json[] {
  if (isPresent(message.audio)) throw untranslatable(`${at}.audio`);
  if (isPresent(message.function_call)) {
    throw untranslatable(`${at}.function_call`);
  }
  const blocks = isPresent(message.content)
    ? toSaid(message.content, `${at}.content`)
    : [];
  if (isPresent(message.refusal)) {
    addText(blocks, readString(message.refusal, `${at}.refusal`));
  }
  if (isPresent(message.tool_calls)) {
    const calls = readArray(message.tool_calls, `${at}.tool_calls`);
    for (const [index, call] of calls.entries()) {
      blocks.push(toToolUse(call, `${at}.tool_calls[${index}]`));
    }
  }
  return blocks;
}

/** What an assistant said; a refusal is said, too. */
function toSaid(value: unknown, param: string): Json[] {
  const content = readContent(value, param);
  const blocks: Json[] = [];
  if (typeof content === 'string') {
    addText(blocks, content);
    return blocks;
  }
  for (const [index, part] of content.entries()) {
    const at = `${param}[${index}]`;
    if (part.type === 'text') {
      addText(blocks, readString(part.text, `${at}.text`));
    } else if (part.type === 'refusal') {
      addText(blocks, readString(part.refusal, `${at}.refusal`));
    } else {
      throw untranslatable(at);
    }
  }
  return blocks;
}

function toToolUse(value: unknown, at: string): Json {
  const call = readObject(value, at);
  if (call.type !== 'function') throw untranslatable(at);
  const called = readObject(call.function, `${at}.function`);
  const param = `${at}.function.arguments`;
  const text = readString(called.arguments, param);
  const input = text === '' ? {} : parseObject(text);
  if (input === undefined) throw invalid(param, 'a JSON object, as text');
  return {
    type: 'tool_use',
    id: readString(call.id, `${at}.id`),
    name: readString(called.name, `${at}.function.name`),
    input,
  };
}

function toToolResult(message: Json, at: string): Json {
  const param = `${at}.content`;
  const { content } = message;
  return {
    type: 'tool_result',
    tool_use_id: readString(message.tool_call_id, `${at}.tool_call_id`),
    content:
      typeof content === 'string' ? content : toTextBlocks(content, param),
  };
}

function toTextBlocks(value: unknown, param: string): Json[] {
  const blocks: Json[] = [];
  for (const text of readTexts(value, param)) addText(blocks, text);
  return blocks;
}

/** Anthropic refuses blocks without text, which OpenAI's clients send for "nothing". */
function addText(blocks: Json[], text: string): void {
  if (text !== '') blocks.push({ type: 'text', text });
}
