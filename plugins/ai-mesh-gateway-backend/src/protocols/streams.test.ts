import fc from 'fast-check';
import { ProtocolId, PROTOCOLS, StreamTap, UNREADABLE_USAGE, usageOf } from '.';

/** A stream of a protocol, with what has to become of it. */
interface Example {
  protocol: ProtocolId;
  request: Record<string, unknown>;
  /** Pieces of the stream in order; `[text, false]` does not reach the caller. */
  events: Array<string | [string, false]>;
  tail: string;
  usage: Parameters<typeof usageOf>[0];
  pieceCount: number;
}

const CHAT = { model: 'm', stream: true, messages: [{ role: 'user' }] };
const chunk = (rest: string) => `data: {"id":"c","choices":[${rest}\n\n`;
const named = (type: string, rest: string) =>
  `event: ${type}\ndata: {"type":"${type}",${rest}}\n\n`;
const CHAT_USAGE =
  'data: {"id":"c","service_tier":"priority","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":2}}}\n\n';
const CHAT_COUNTS = {
  inputTokens: 9,
  cachedTokens: 2,
  outputTokens: 4,
  serviceTier: 'priority',
} as const;
const DONE = 'data: [DONE]\n\n';

const EXAMPLES: Record<string, Example> = {
  'chat, usage not asked for': {
    protocol: 'chat',
    request: CHAT,
    events: [
      chunk('],"prompt_filter_results":[]}'),
      ': keep-alive\n\n',
      'data: {"choices":[{"delta":{"role":"assistant"}}]',
      [',"usage":null', false],
      '}\n\n',
      'data: {"choices":[{"delta":{"content":"Grüße, \\"usage\\":null} 🚚"}}]',
      [',"usage":null', false],
      ',"obfuscation":"x\\"y"}\n\n\n',
      'event: chunk\nid: 7\ndata: {',
      ['"usage":null,', false],
      '"choices":[{"usage":null}]}\n\n',
      [CHAT_USAGE, false],
    ],
    tail: DONE,
    usage: CHAT_COUNTS,
    pieceCount: 4,
  },
  'chat, usage asked for': {
    protocol: 'chat',
    request: { ...CHAT, stream_options: { include_usage: true } },
    events: [
      chunk('{"delta":{"content":"ü"}}],"usage":null}'),
      chunk('{"delta":{"content":"ü"}}],"usage":null,"x":1}'),
      CHAT_USAGE,
    ],
    tail: `data:[DONE]\n\n: bye\n\n`,
    usage: CHAT_COUNTS,
    pieceCount: 2,
  },
  completion: {
    protocol: 'completion',
    request: { model: 'm', prompt: 'a', stream: true },
    events: [
      'data: {"choices":[{"text":"naïve"}]',
      [',"usage":null', false],
      '}\n\n',
      [CHAT_USAGE, false],
    ],
    tail: DONE,
    usage: CHAT_COUNTS,
    pieceCount: 1,
  },
  response: {
    protocol: 'response',
    request: { model: 'm', input: 'a', stream: true },
    events: [
      named(
        'response.created',
        '"response":{"metadata":{"type":"response.completed"},"usage":null}',
      ),
      named('response.output_text.delta', '"delta":"Größe"'),
      'data: {"type":"response.function_call_arguments.delta","delta":"{"}\n\n',
      ': comment\nevent: response.output_text.delta\ndata: {}\n\n',
    ],
    tail: named(
      'response.incomplete',
      '"response":{"service_tier":"flex","output":[{"type":"web_search_call"}],"usage":{"input_tokens":70,"input_tokens_details":{"cached_tokens":60},"output_tokens":8,"output_tokens_details":{"reasoning_tokens":5}}}',
    ),
    usage: {
      inputTokens: 70,
      cachedTokens: 60,
      outputTokens: 8,
      reasoningTokens: 5,
      toolCalls: 1,
      serviceTier: 'flex',
    },
    pieceCount: 3,
  },
  message: {
    protocol: 'message',
    request: {
      model: 'm',
      max_tokens: 9,
      messages: [{ role: 'user' }],
      stream: true,
    },
    events: [
      named(
        'message_start',
        '"message":{"usage":{"service_tier":"priority","cache_creation":{"ephemeral_5m_input_tokens":1,"ephemeral_1h_input_tokens":2},"input_tokens":5,"cache_read_input_tokens":20,"cache_creation_input_tokens":3,"output_tokens":1}}',
      ),
      named('ping', '"a":1'),
      named(
        'content_block_delta',
        '"delta":{"type":"text_delta","text":"日本"}',
      ),
      named(
        'content_block_delta',
        '"delta":{"type":"text_delta","text":"event: message_stop"}',
      ),
      named(
        'message_delta',
        '"usage":{"server_tool_use":{"web_search_requests":4},"output_tokens":12,"input_tokens":6,"cache_read_input_tokens":null}',
      ),
    ],
    tail: named('message_stop', '"a":1'),
    usage: {
      inputTokens: 29,
      cachedTokens: 20,
      cacheWriteTokens: 3,
      cacheWriteHourTokens: 2,
      outputTokens: 12,
      toolCalls: 4,
      serviceTier: 'priority',
    },
    pieceCount: 2,
  },
  image: {
    protocol: 'image',
    request: { model: 'm', prompt: 'ä', n: 2, stream: true },
    events: [
      named('image_generation.partial_image', '"b64_json":"AAAA"'),
      named(
        'image_generation.completed',
        '"b64_json":"AAAA","usage":{"input_tokens":5,"output_tokens":100}',
      ),
    ],
    tail: named(
      'image_generation.completed',
      '"b64_json":"BBBB","usage":{"input_tokens":5,"output_tokens":120}',
    ),
    usage: {
      inputTokens: 10,
      outputTokens: 220,
      imageOutputTokens: 220,
      images: 2,
    },
    pieceCount: 3,
  },
  speech: {
    protocol: 'speech',
    request: { model: 'm', input: 'hé', stream_format: 'sse' },
    events: ['data: {"type":"speech.audio.delta","audio":"AAAA"}\n\n'],
    tail: 'data: {"type":"speech.audio.done","usage":{"input_tokens":3,"output_tokens":90}}\n\n',
    usage: {
      inputTokens: 3,
      outputTokens: 90,
      audioOutputTokens: 90,
      characters: 2,
    },
    pieceCount: 1,
  },
  transcription: {
    protocol: 'transcription',
    request: { model: 'm', file: 9, stream: 'true' },
    events: [
      'data: {"type":"transcript.text.delta","delta":"Où"}\n\n',
      'data: {"delta":"b", "type":"transcript.text.delta"}\n\n',
    ],
    tail: `data: {"type":"transcript.text.done","usage":{"type":"tokens","input_tokens":30,"output_tokens":2,"input_token_details":{"audio_tokens":20}}}\n\n${DONE}`,
    usage: { inputTokens: 30, audioInputTokens: 20, outputTokens: 2 },
    pieceCount: 2,
  },
  'translation, as vLLM sends it': {
    protocol: 'translation',
    request: { model: 'm', file: 9, stream: 'true' },
    events: [
      chunk('{"delta":{"content":"a"}}]}'),
      'data: {"choices":[],"usage":{"prompt_tokens":30,"completion_tokens":2}}\n\n',
    ],
    tail: DONE,
    usage: { inputTokens: 30, outputTokens: 2 },
    pieceCount: 2,
  },
};

function run(tap: StreamTap, stream: Buffer, cuts: number[]) {
  const at = [0, ...cuts, stream.length];
  const passed = at.slice(1).map((end, index) =>
    // a copy, as from a socket: nothing may hang on what stands beside it
    tap.push(Buffer.from(stream.subarray(at[index], end))),
  );
  return {
    passed: Buffer.concat(passed).toString(),
    tail: tap.tail.toString(),
    usage: tap.usage,
    pieceCount: tap.pieceCount,
    isDone: tap.isDone,
  };
}

describe.each(Object.entries(EXAMPLES))('%s', (_, example) => {
  const protocol = PROTOCOLS[example.protocol];
  const createTap = () =>
    protocol.createTap(protocol.parseFields(example.request));

  describe.each([
    ['LF', (text: string) => text],
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
  ])('%s', (__, endLines) => {
    const texts = example.events.map(each =>
      typeof each === 'string' ? each : each[0],
    );
    const stream = Buffer.from(endLines(texts.join('') + example.tail));
    const expected = {
      passed: endLines(
        example.events.filter(each => typeof each === 'string').join(''),
      ),
      tail: endLines(example.tail),
      usage: usageOf(example.usage),
      pieceCount: example.pieceCount,
      isDone: true,
    };

    it('gives the same bytes and usage for every cut in two', () => {
      for (let at = 0; at <= stream.length; at++) {
        expect(run(createTap(), stream, [at])).toEqual(expected);
      }
    });

    it('gives the same bytes and usage byte by byte', () => {
      const cuts = Array.from(stream, (___, index) => index);
      expect(run(createTap(), stream, cuts)).toEqual(expected);
    });

    it('gives the same bytes and usage however it is cut', () => {
      const cut = fc.integer({ min: 0, max: stream.length });
      fc.assert(
        fc.property(fc.array(cut, { maxLength: 40 }), cuts => {
          const sorted = cuts.sort((a, b) => a - b);
          expect(run(createTap(), stream, sorted)).toEqual(expected);
        }),
      );
    });

    it('is not done, and keeps its end for itself, while the last event has not come', () => {
      const tap = createTap();
      const lastStart = stream.length - endLines(example.tail).length;
      tap.push(stream.subarray(0, lastStart + 5));
      expect(tap.isDone).toBe(false);
    });
  });
});

describe('a stream that is cut', () => {
  const { message, chat } = PROTOCOLS;

  it('has no usage before its provider counts', () => {
    const tap = chat.createTap(chat.parseFields(CHAT));
    tap.push(Buffer.from(chunk('{"delta":{"content":"a"}}]}')));
    expect([tap.usage, tap.usageSoFar, tap.pieceCount]).toEqual([
      undefined,
      undefined,
      1,
    ]);
  });

  it('tells what a message has used up to there', () => {
    const example = EXAMPLES.message;
    const tap = message.createTap(message.parseFields(example.request));
    tap.push(Buffer.from(example.events.slice(0, 4).join('')));
    expect(tap.usage).toBeUndefined();
    expect(tap.usageSoFar).toEqual(
      usageOf({
        inputTokens: 28,
        cachedTokens: 20,
        cacheWriteTokens: 3,
        cacheWriteHourTokens: 2,
        outputTokens: 2,
        serviceTier: 'priority',
      }),
    );
  });

  it('counts the searches that it has seen begin, which cost money, too', () => {
    const example = EXAMPLES.message;
    const tap = message.createTap(message.parseFields(example.request));
    const search = named(
      'content_block_start',
      '"content_block":{"type":"server_tool_use","name":"web_search"}',
    );
    tap.push(Buffer.from(example.events[0] + search + search));
    expect(tap.usageSoFar?.toolCalls).toBe(2);
  });

  it('tells of a count at its end that is none', () => {
    const example = EXAMPLES.message;
    const tap = message.createTap(message.parseFields(example.request));
    const end = named('message_delta', '"usage":{"output_tokens":-3}');
    tap.push(Buffer.from(example.events[0] + end));
    expect(tap.usage).toBe(UNREADABLE_USAGE);
  });
});
