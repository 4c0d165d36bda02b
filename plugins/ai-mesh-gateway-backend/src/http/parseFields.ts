import { RequestFields } from '../Call';
import { GatewayError } from '../errors';
import { Route } from '../routes';

type Json = Record<string, unknown>;

const MAX_CHOICES = 128;

/**
 * Reads what the gateway works with, strictly. Null counts as absent, as OpenAI has it.
 *
 * @throws GatewayError `invalid_value` with the field as `param`
 */
export function parseFields(body: Json, route: Route): RequestFields {
  const model = body.model;
  if (typeof model !== 'string' || model === '') {
    throw invalid('model', 'a string: the name of a model');
  }
  return route.name === 'embedding'
    ? embeddingFields(body, model)
    : chatFields(body, model);
}

function embeddingFields(body: Json, model: string): RequestFields {
  const { input } = body;
  const isList = Array.isArray(input) && input.length > 0;
  if (typeof input !== 'string' && !isList) {
    throw invalid('input', 'a string or an array that is not empty');
  }
  return {
    model,
    stream: false,
    includeUsage: false,
    streamOptions: undefined,
    maxOutputTokens: 0,
    choices: 1,
    messageCount: isList ? input.length : 1,
    attachmentCount: 0,
  };
}

function chatFields(body: Json, model: string): RequestFields {
  const stream = optionalBoolean(body, 'stream') ?? false;
  const streamOptions = parseStreamOptions(body, stream);
  const maxTokens = optionalCount(body, 'max_tokens');
  const maxCompletionTokens = optionalCount(body, 'max_completion_tokens');
  return {
    model,
    stream,
    streamOptions,
    includeUsage: streamOptions?.include_usage === true,
    maxOutputTokens: larger(maxTokens, maxCompletionTokens),
    choices: optionalCount(body, 'n', MAX_CHOICES) ?? 1,
    ...parseMessages(body.messages),
  };
}

function parseMessages(messages: unknown) {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw invalid('messages', 'an array that is not empty');
  }
  let attachmentCount = 0;
  for (const [index, message] of messages.entries()) {
    if (!isObject(message)) throw invalid(`messages[${index}]`, 'an object');
    if (typeof message.role !== 'string') {
      throw invalid(`messages[${index}].role`, 'a string');
    }
    attachmentCount += countAttachments(message.content, index);
  }
  return { messageCount: messages.length, attachmentCount };
}

function countAttachments(content: unknown, index: number): number {
  if (typeof content === 'string') return 0;
  if (content === undefined || content === null) return 0;
  if (!Array.isArray(content)) {
    throw invalid(`messages[${index}].content`, 'a string or an array');
  }
  return content.filter(
    part =>
      isObject(part) && (part.type === 'image_url' || part.type === 'file'),
  ).length;
}

function parseStreamOptions(body: Json, stream: boolean): Json | undefined {
  const value = body.stream_options ?? undefined;
  if (value === undefined) return undefined;
  if (!isObject(value)) throw invalid('stream_options', 'an object');
  if (!stream) {
    throw new GatewayError('invalid_value', {
      param: 'stream_options',
      message: '"stream_options" is only allowed when "stream" is true.',
    });
  }
  const includeUsage = value.include_usage ?? undefined;
  if (includeUsage !== undefined && typeof includeUsage !== 'boolean') {
    throw invalid('stream_options.include_usage', 'a boolean');
  }
  return value;
}

function optionalBoolean(body: Json, name: string): boolean | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw invalid(name, 'a boolean');
}

function optionalCount(
  body: Json,
  name: string,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined) return undefined;
  if (
    typeof value === 'number' &&
    Number.isSafeInteger(value) &&
    value >= 1 &&
    value <= most
  ) {
    return value;
  }
  throw invalid(
    name,
    most === Number.MAX_SAFE_INTEGER
      ? 'a whole number above zero'
      : `a whole number from 1 to ${most}`,
  );
}

function larger(a: number | undefined, b: number | undefined) {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(param: string, expected: string): GatewayError {
  return new GatewayError('invalid_value', {
    param,
    message: `Invalid "${param}": expected ${expected}.`,
  });
}
