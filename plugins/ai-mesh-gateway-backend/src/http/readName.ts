import { signatureOf } from './MemberNames';

const SLOTS = 512; // 9 bits
const GOLDEN_RATIO = 0x9e3779b1;

/** What requests name at their top level, so that no string is made for it on every request. */
const NAMES = [
  ...['model', 'messages', 'stream', 'stream_options', 'max_tokens'],
  ...['max_completion_tokens', 'max_output_tokens', 'temperature', 'top_p'],
  ...['top_k', 'n', 'stop', 'stop_sequences', 'seed', 'user', 'metadata'],
  ...['presence_penalty', 'frequency_penalty', 'logit_bias', 'logprobs'],
  ...['top_logprobs', 'response_format', 'tools', 'tool_choice', 'functions'],
  ...['function_call', 'parallel_tool_calls', 'reasoning_effort', 'reasoning'],
  ...['input', 'instructions', 'prompt', 'dimensions', 'encoding_format'],
  ...['store', 'service_tier', 'modalities', 'system', 'thinking', 'text'],
  ...['previous_response_id', 'include', 'truncation', 'background', 'size'],
];

const BY_SLOT: Array<string | undefined> = new Array(SLOTS).fill(undefined);
for (const name of NAMES) {
  const bytes = Buffer.from(name);
  BY_SLOT[slotOf(bytes, 0, bytes.length)] = name; // of two names in a slot the later one is known
}

/** @returns the name that stands in the bytes, which hold no escape */
export function readName(json: Buffer, start: number, end: number): string {
  const name = BY_SLOT[slotOf(json, start, end)];
  return name !== undefined && stands(name, json, start, end)
    ? name
    : json.toString('utf8', start, end);
}

function stands(name: string, json: Buffer, start: number, end: number) {
  if (name.length !== end - start) return false;
  for (let index = 0; index < name.length; index++) {
    if (name.charCodeAt(index) !== json[start + index]) return false;
  }
  return true;
}

function slotOf(json: Buffer, start: number, end: number): number {
  return Math.imul(signatureOf(json, start, end), GOLDEN_RATIO) >>> 23;
}
