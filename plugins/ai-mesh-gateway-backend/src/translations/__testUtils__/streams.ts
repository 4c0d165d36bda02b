import { Json } from '../json';
import { SseSplitter } from '../SseSplitter';
import { StreamTranslation } from '../Translation';

/** Translates the bytes of a whole stream, in the chunks given. */
export function translate(
  stream: StreamTranslation,
  chunks: readonly Buffer[],
): string {
  const splitter = new SseSplitter();
  let text = '';
  for (const bytes of chunks) {
    for (const event of splitter.push(bytes)) text += stream.push(event);
  }
  return text;
}

/** However a stream is cut in two, its translation is the same. */
export function expectSameForEveryCut(options: {
  create: () => StreamTranslation;
  events: string;
  expected: string;
}): void {
  const bytes = Buffer.from(options.events);
  expect(bytes.length).toBeGreaterThan(1000);
  for (let at = 0; at <= bytes.length; at++) {
    const stream = options.create();
    const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
    const text = translate(stream, pieces) + stream.end();
    if (text !== options.expected) {
      throw new Error(`Another stream when cut at byte ${at}`);
    }
  }
}

/** The events of a stream that is text. */
export function eventsOf(text: string) {
  return new SseSplitter().push(Buffer.from(text));
}

/** The data of a stream's events, parsed; `[DONE]` as it is. */
export function dataOf(text: string) {
  return eventsOf(text).map(({ data }) =>
    data === '[DONE]' ? data : JSON.parse(data),
  );
}

/** A chunk of OpenAI's, as on the wire. */
export function chunk(
  delta: object,
  more: { finish_reason?: string | null; stop_reason?: string } = {},
): string {
  return frame({
    id: 'chatcmpl-7',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'gpt-5.2-2026-01-12',
    choices: [
      { index: 0, delta, logprobs: null, finish_reason: null, ...more },
    ],
    usage: null,
  });
}

/** Events without a name, as on the wire. */
export function frame(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** An event of Anthropic's, as on the wire. */
export function named(data: Json & { type: string }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

const call = (index: number, more: object) => ({
  tool_calls: [{ index, ...more }],
});

/** What OpenAI sends for a sentence and two parallel calls. */
export const CHAT_STREAM = [
  chunk({ role: 'assistant', content: '', refusal: null }),
  chunk({ content: 'Grüße, ' }),
  ': keep-alive\n\n',
  chunk({ content: 'ich sehe nach 🚚.' }).replaceAll('\n', '\r\n'),
  chunk(
    call(0, {
      id: 'call_A',
      type: 'function',
      function: { name: 'find_parcel', arguments: '' },
    }),
  ),
  chunk(call(0, { function: { arguments: '{"number":' } })),
  chunk(call(0, { function: { arguments: '"Ü-1}"}' } })),
  chunk(
    call(1, {
      id: 'call_B',
      type: 'function',
      function: { name: 'find_depot', arguments: '' },
    }),
  ),
  chunk(call(1, { function: { arguments: '{"city":"Köln"}' } })),
  chunk({}, { finish_reason: 'tool_calls' }),
  frame({
    id: 'chatcmpl-7',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'gpt-5.2-2026-01-12',
    choices: [],
    usage: {
      prompt_tokens: 120,
      completion_tokens: 40,
      total_tokens: 160,
      prompt_tokens_details: { cached_tokens: 64, cache_write_tokens: 16 },
      completion_tokens_details: { reasoning_tokens: 8 },
    },
  }),
  'data: [DONE]\n\n',
].join('');

/** What Anthropic sends for a thought, a sentence and two parallel calls, one of them without input. */
export const MESSAGES_STREAM = [
  named({
    type: 'message_start',
    message: {
      id: 'msg_01',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-5',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: 40,
        cache_creation_input_tokens: 16,
        cache_read_input_tokens: 64,
        output_tokens: 1,
      },
    },
  }),
  named({
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'thinking', thinking: '', signature: '' },
  }),
  named({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'thinking_delta', thinking: 'A parcel.' },
  }),
  named({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'signature_delta', signature: 'c2ln' },
  }),
  named({ type: 'content_block_stop', index: 0 }),
  named({
    type: 'content_block_start',
    index: 1,
    content_block: { type: 'text', text: '' },
  }),
  named({ type: 'ping' }),
  named({
    type: 'content_block_delta',
    index: 1,
    delta: { type: 'text_delta', text: 'Grüße, ' },
  }),
  named({
    type: 'content_block_delta',
    index: 1,
    delta: { type: 'text_delta', text: 'ich sehe nach 🚚.' },
  }).replaceAll('\n', '\r\n'),
  named({ type: 'content_block_stop', index: 1 }),
  named({
    type: 'content_block_start',
    index: 2,
    content_block: {
      type: 'tool_use',
      id: 'toolu_A',
      name: 'find_parcel',
      input: {},
    },
  }),
  named({
    type: 'content_block_delta',
    index: 2,
    delta: { type: 'input_json_delta', partial_json: '' },
  }),
  named({
    type: 'content_block_delta',
    index: 2,
    delta: { type: 'input_json_delta', partial_json: '{"number":' },
  }),
  named({
    type: 'content_block_delta',
    index: 2,
    delta: { type: 'input_json_delta', partial_json: '"Ü-1}"}' },
  }),
  named({ type: 'content_block_stop', index: 2 }),
  named({
    type: 'content_block_start',
    index: 3,
    content_block: {
      type: 'tool_use',
      id: 'toolu_B',
      name: 'list_depots',
      input: {},
    },
  }),
  named({
    type: 'content_block_delta',
    index: 3,
    delta: { type: 'input_json_delta', partial_json: '' },
  }),
  named({ type: 'content_block_stop', index: 3 }),
  named({
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { output_tokens: 40, input_tokens: null },
  }),
  named({ type: 'message_stop' }),
].join('');
