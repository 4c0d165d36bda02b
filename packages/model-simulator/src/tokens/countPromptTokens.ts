import type { ChatMessage, ChatTool, ContentPart } from '../chat/chatRequest';
import { countTokens } from './tokenise';

const TOKENS_PER_MESSAGE = 3;
const TOKENS_PER_NAME = 1;
/** Every answer is primed with `<|start|>assistant<|message|>`. */
const PRIMING_TOKENS = 3;
/** An image at low detail; the true number depends on its size, which is not looked at. */
const TOKENS_PER_IMAGE = 85;

/**
 * Tokens a provider bills for a chat prompt: 3 a message, its role and content, 1 for a name, and 3 at the end.
 *
 * @see OpenAI Cookbook, "How to count tokens with tiktoken", sections 6 (messages) and 7 (tools)
 */
export function countPromptTokens(
  messages: readonly ChatMessage[],
  tools: readonly ChatTool[] = [],
): number {
  let count = PRIMING_TOKENS + countToolTokens(tools);
  for (const message of messages) {
    count += TOKENS_PER_MESSAGE + countTokens(message.role);
    count += countContentTokens(message.content ?? '');
    if (message.name !== undefined) {
      count += TOKENS_PER_NAME + countTokens(message.name);
    }
    for (const call of message.tool_calls ?? []) {
      if (call.function === undefined) continue;
      count += countTokens(call.function.name);
      count += countTokens(call.function.arguments);
    }
  }
  return count;
}

function countContentTokens(content: string | readonly ContentPart[]): number {
  if (typeof content === 'string') return countTokens(content);
  let count = 0;
  for (const part of content) {
    if (part.text !== undefined) count += countTokens(part.text);
    else if (part.type === 'image_url') count += TOKENS_PER_IMAGE;
  }
  return count;
}

/** The cookbook's constants for gpt-4o and gpt-4o-mini. */
const PER_TOOL = 7;
const BEFORE_PROPERTIES = 3;
const PER_PROPERTY = 3;
const BEFORE_ENUM = -3;
const PER_ENUM_ITEM = 3;
const AFTER_TOOLS = 12;

function countToolTokens(tools: readonly ChatTool[]): number {
  if (tools.length === 0) return 0;
  let count = AFTER_TOOLS;
  for (const { function: tool } of tools) {
    count += PER_TOOL;
    count += countTokens(`${tool.name}:${withoutStop(tool.description)}`);
    const properties = Object.entries(tool.parameters?.properties ?? {});
    if (properties.length > 0) count += BEFORE_PROPERTIES;
    for (const [name, property] of properties) {
      count += PER_PROPERTY + countPropertyTokens(name, property);
    }
  }
  return count;
}

function countPropertyTokens(
  name: string,
  property: { type?: unknown; description?: unknown; enum?: unknown },
): number {
  const type = typeof property.type === 'string' ? property.type : '';
  let count = countTokens(
    `${name}:${type}:${withoutStop(property.description)}`,
  );
  if (Array.isArray(property.enum)) {
    count += BEFORE_ENUM;
    for (const item of property.enum) {
      count += PER_ENUM_ITEM + countTokens(String(item));
    }
  }
  return count;
}

function withoutStop(description: unknown): string {
  return typeof description === 'string' ? description.replace(/\.$/, '') : '';
}
