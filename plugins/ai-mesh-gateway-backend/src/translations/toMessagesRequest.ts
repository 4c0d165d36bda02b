import {
  invalid,
  isObject,
  isPresent,
  Json,
  optionalNumber,
  readArray,
  readObject,
  readString,
  refuseUnknownFields,
  untranslatable,
} from './json';
import { opaqueUser } from './opaqueUser';
import { toMessagesToolChoice, toMessagesTools } from './tools';
import { toMessagesTurns } from './toMessagesTurns';
import { RequestOptions } from './Translation';

const MAX_USER_LENGTH = 256;

const FIELDS: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'max_tokens', 'max_completion_tokens', 'stream'],
  ...['stream_options', 'temperature', 'top_p', 'stop', 'tools', 'tool_choice'],
  ...['parallel_tool_calls', 'user', 'safety_identifier', 'response_format'],
  'reasoning_effort',
  // hints, which may be left out: they change cost, speed or what OpenAI stores, not what an answer is
  ...['metadata', 'prediction', 'prompt_cache_key', 'prompt_cache_options'],
  ...['prompt_cache_retention', 'seed', 'service_tier', 'store', 'verbosity'],
]);

/** Fields without a counterpart, which many clients send with the value that changes nothing. */
const NEUTRAL: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['n', value => value === 1],
  ['frequency_penalty', value => value === 0],
  ['presence_penalty', value => value === 0],
  ['logprobs', value => value === false],
  ['top_logprobs', value => value === 0],
  ['logit_bias', value => isObject(value) && Object.keys(value).length === 0],
  [
    'modalities',
    value => Array.isArray(value) && value.length === 1 && value[0] === 'text',
  ],
]);

const KNOWN: ReadonlySet<string> = new Set([...FIELDS, ...NEUTRAL.keys()]);

/** The efforts that Anthropic knows, by OpenAI's names. */
const EFFORTS = new Map<unknown, string>([
  ['minimal', 'low'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['xhigh', 'xhigh'],
  ['max', 'max'],
]);

/**
 * A request to Anthropic's messages API of OpenAI's chat request.
 *
 * @returns JSON text
 * @throws GatewayError `invalid_value` with the field that has no counterpart
 */
export function toMessagesRequest(body: Json, options: RequestOptions): string {
  refuseUnknownFields(body, KNOWN);
  for (const [name, isNeutral] of NEUTRAL) {
    const value = body[name];
    if (isPresent(value) && !isNeutral(value)) throw untranslatable(name);
  }
  const { system, messages } = toMessagesTurns(body.messages);
  return JSON.stringify({
    model: options.providerModel,
    system,
    messages,
    max_tokens: options.maxOutputTokens,
    stream: options.stream ? true : undefined,
    temperature: toTemperature(body.temperature),
    top_p: optionalNumber(body.top_p, 'top_p'),
    stop_sequences: toStopSequences(body.stop),
    tools: toMessagesTools(body.tools),
    tool_choice: toMessagesToolChoice(body),
    ...toThinking(body),
    metadata: toMetadata(body),
  });
}

/** OpenAI's goes to 2, Anthropic's to 1; Anthropic caps it for OpenAI's clients in the same way. */
function toTemperature(value: unknown): number | undefined {
  const temperature = optionalNumber(value, 'temperature');
  return temperature === undefined ? undefined : Math.min(temperature, 1);
}

function toStopSequences(value: unknown): string[] | undefined {
  if (!isPresent(value)) return undefined;
  if (typeof value === 'string') return [checkedStop(value, 'stop')];
  const sequences = readArray(value, 'stop').map((item, index) =>
    checkedStop(readString(item, `stop[${index}]`), `stop[${index}]`),
  );
  return sequences.length > 0 ? sequences : undefined;
}

/** Anthropic does not stop at white space; left out, the answer would run on. */
function checkedStop(sequence: string, param: string): string {
  if (sequence.trim() === '') throw untranslatable(param);
  return sequence;
}

function toThinking(body: Json): Json {
  const { reasoning_effort: wanted } = body;
  const format = toFormat(body.response_format);
  const effort = EFFORTS.get(wanted);
  if (isPresent(wanted) && wanted !== 'none' && effort === undefined) {
    throw invalid('reasoning_effort', 'one of the levels of the API');
  }
  return {
    thinking: wanted === 'none' ? { type: 'disabled' } : undefined,
    output_config: format || effort ? { format, effort } : undefined,
  };
}

function toFormat(value: unknown): Json | undefined {
  if (!isPresent(value)) return undefined;
  const format = readObject(value, 'response_format');
  if (format.type === 'text') return undefined;
  // "some JSON" has no counterpart: Anthropic wants to know which
  if (format.type !== 'json_schema') throw untranslatable('response_format');
  const param = 'response_format.json_schema';
  const { schema } = readObject(format.json_schema, param);
  return {
    type: 'json_schema',
    schema: readObject(schema, `${param}.schema`),
  };
}

function toMetadata(body: Json): Json | undefined {
  const userId = opaqueUser(
    body.user ?? body.safety_identifier,
    MAX_USER_LENGTH,
  );
  return userId === undefined ? undefined : { user_id: userId };
}
