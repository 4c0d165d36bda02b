import {
  isPresent,
  Json,
  optionalNumber,
  readObject,
  refuseUnknownFields,
  untranslatable,
} from './json';
import { opaqueUser } from './opaqueUser';
import { toChatMessages } from './toChatMessages';
import { toChatToolChoice, toChatTools } from './tools';
import { RequestOptions } from './Translation';

const MAX_USER_LENGTH = 64;

const FIELDS: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'system', 'max_tokens', 'stream', 'metadata'],
  ...['temperature', 'top_p', 'stop_sequences', 'tools', 'tool_choice'],
  'output_config',
  // hints, which may be left out: they change cost, speed or depth, not what an answer is
  ...['thinking', 'cache_control', 'context_management', 'service_tier'],
  ...['speed', 'diagnostics'],
  // not inference_geo: it is a promise about where the data goes
]);

/**
 * OpenAI's chat request of a request to Anthropic's messages API.
 *
 * @returns JSON text
 * @throws GatewayError `invalid_value` with the field that has no counterpart
 */
export function toChatRequest(body: Json, options: RequestOptions): string {
  refuseUnknownFields(body, FIELDS);
  return JSON.stringify({
    model: options.providerModel,
    messages: toChatMessages(body),
    // not max_tokens: OpenAI's reasoning models refuse the older name
    max_completion_tokens: options.maxOutputTokens,
    // usage is part of every stream of Anthropic's
    ...(options.stream && {
      stream: true,
      stream_options: { include_usage: true },
    }),
    temperature: optionalNumber(body.temperature, 'temperature'),
    top_p: optionalNumber(body.top_p, 'top_p'),
    stop: toStop(body.stop_sequences),
    tools: toChatTools(body.tools),
    ...toChatToolChoice(body.tool_choice),
    ...toOutput(body.output_config),
    user: toUser(body.metadata),
  });
}

function toStop(sequences: unknown): unknown {
  const isEmpty = Array.isArray(sequences) && sequences.length === 0;
  return isEmpty ? undefined : sequences ?? undefined;
}

function toUser(metadata: unknown): string | undefined {
  if (!isPresent(metadata)) return undefined;
  return opaqueUser(readObject(metadata, 'metadata').user_id, MAX_USER_LENGTH);
}

function toOutput(value: unknown): Json {
  if (!isPresent(value)) return {};
  const config = readObject(value, 'output_config');
  return {
    reasoning_effort: config.effort ?? undefined,
    response_format: toResponseFormat(config.format),
  };
}

function toResponseFormat(value: unknown): Json | undefined {
  if (!isPresent(value)) return undefined;
  const param = 'output_config.format';
  const format = readObject(value, param);
  if (format.type !== 'json_schema') throw untranslatable(param);
  const schema = readObject(format.schema, `${param}.schema`);
  return {
    type: 'json_schema',
    json_schema: { name: 'answer', schema, strict: true }, // Anthropic's is always strict
  };
}
