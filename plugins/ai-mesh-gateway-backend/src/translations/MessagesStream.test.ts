import fc from 'fast-check';
import {
  CHAT_STREAM,
  chunk,
  dataOf,
  expectSameForEveryCut,
  eventsOf,
  frame,
  translate,
} from './__testUtils__/streams';
import { messagesToChat } from './messagesToChat';

const create = () =>
  messagesToChat.createStream({ model: 'assistant', includeUsage: false });

/** Translated and ended. */
function whole(...chunks: string[]): string {
  const stream = create();
  return translate(stream, [Buffer.from(chunks.join(''))]) + stream.end();
}

const EXPECTED = whole(CHAT_STREAM);

/** A piece of a call. */
function piece(index: number | undefined, text: string, start: object = {}) {
  const { id, name } = { id: undefined, name: undefined, ...start };
  return chunk({
    tool_calls: [{ index, id, function: { name, arguments: text } }],
  });
}

/** What a client puts together; fails when blocks overlap. */
function blocksOf(text: string) {
  const blocks: ReturnType<typeof dataOf> = [];
  let open: number | undefined;
  for (const event of dataOf(text)) {
    if (event.type === 'content_block_start') {
      expect(open).toBeUndefined();
      expect(event.index).toBe(blocks.length);
      open = event.index;
      blocks.push({ ...event.content_block, json: '' });
    } else if (event.type === 'content_block_delta') {
      expect(event.index).toBe(open);
      const block = blocks[event.index];
      block.text += event.delta.text ?? '';
      block.json += event.delta.partial_json ?? '';
    } else if (event.type === 'content_block_stop') {
      expect(event.index).toBe(open);
      open = undefined;
    }
  }
  expect(open).toBeUndefined();
  return blocks.map(({ type, text: said, name, json }) =>
    type === 'text' ? said : `${name} ${json}`,
  );
}

describe('the stream, from OpenAI’s format to Anthropic’s', () => {
  it('tells the same', () => {
    const events = eventsOf(EXPECTED);
    const data = dataOf(EXPECTED);
    expect(events.map(({ event }) => event)).toEqual(
      data.map(({ type }) => type),
    );
    expect(data).toEqual([
      {
        type: 'message_start',
        message: {
          id: 'chatcmpl-7',
          type: 'message',
          role: 'assistant',
          model: 'assistant',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: {
            input_tokens: 0,
            cache_creation_input_tokens: 0,
            cache_read_input_tokens: 0,
            output_tokens: 0,
          },
        },
      },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'text', text: '' },
      },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text: 'Grüße, ' },
      },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text: 'ich sehe nach 🚚.' },
      },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'content_block_start',
        index: 1,
        content_block: {
          type: 'tool_use',
          id: 'call_A',
          name: 'find_parcel',
          input: {},
        },
      },
      {
        type: 'content_block_delta',
        index: 1,
        delta: { type: 'input_json_delta', partial_json: '{"number":' },
      },
      {
        type: 'content_block_delta',
        index: 1,
        delta: { type: 'input_json_delta', partial_json: '"Ü-1}"}' },
      },
      { type: 'content_block_stop', index: 1 },
      {
        type: 'content_block_start',
        index: 2,
        content_block: {
          type: 'tool_use',
          id: 'call_B',
          name: 'find_depot',
          input: {},
        },
      },
      {
        type: 'content_block_delta',
        index: 2,
        delta: { type: 'input_json_delta', partial_json: '{"city":"Köln"}' },
      },
      { type: 'content_block_stop', index: 2 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: {
          input_tokens: 40,
          cache_creation_input_tokens: 16,
          cache_read_input_tokens: 64,
          output_tokens: 40,
          output_tokens_details: { thinking_tokens: 8 },
        },
      },
      { type: 'message_stop' },
    ]);
  });

  it('is the same for every cut in two', () => {
    expectSameForEveryCut({ create, events: CHAT_STREAM, expected: EXPECTED });
  });

  it('has no end when the target’s is cut, wherever that is', () => {
    const bytes = Buffer.from(CHAT_STREAM);
    for (let at = 0; at <= bytes.length; at++) {
      const text = translate(create(), [bytes.subarray(0, at)]);
      expect(EXPECTED.startsWith(text)).toBe(true);
      expect(text).not.toContain('message_stop');
      expect(text).not.toContain('stop_reason":"');
    }
  });

  it('holds nothing back of a sentence', () => {
    const stream = create();
    translate(stream, [Buffer.from(chunk({ role: 'assistant', content: '' }))]);
    const text = translate(stream, [Buffer.from(chunk({ content: 'Hi' }))]);
    expect(dataOf(text).at(-1).delta).toEqual({
      type: 'text_delta',
      text: 'Hi',
    });
  });

  it('gives each call its own arguments, however their pieces alternate, and never two blocks at once', () => {
    const input = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.array(input, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        (inputs, random) => {
          const next = () => random.next().value ?? 0;
          const rest = inputs.map(value => JSON.stringify(value));
          const started = new Set<number>();
          const chunks: string[] = [];
          while (rest.some(text => text !== '') || started.size < rest.length) {
            // calls begin in order, as at every provider
            const most = Math.min(started.size + 1, rest.length);
            const index = next() % most;
            const length = 1 + (next() % 9);
            const start = { id: `call_${index}`, name: `tool_${index}` };
            const text = rest[index].slice(0, length);
            rest[index] = rest[index].slice(length);
            chunks.push(piece(index, text, started.has(index) ? {} : start));
            started.add(index);
          }
          const expected = inputs.map(
            (value, index) => `tool_${index} ${JSON.stringify(value)}`,
          );
          expect(blocksOf(whole(...chunks))).toEqual(expected);
        },
      ),
    );
  });

  it('lets a sentence wait for a call that is not complete', () => {
    expect(
      blocksOf(
        whole(
          piece(0, '{"n":', { id: 'a', name: 'add' }),
          chunk({ content: 'One ' }),
          chunk({ content: 'moment.' }),
          piece(0, '1}'),
          chunk({ content: ' Done.' }),
        ),
      ),
    ).toEqual(['add {"n":1}', 'One moment. Done.']);
  });

  it('streams the second call as it comes once the first is complete', () => {
    const stream = create();
    const first = piece(0, '{}', { id: 'a', name: 'add' });
    translate(stream, [Buffer.from(first)]);
    const second = piece(1, '{"n":', { id: 'b', name: 'add' });
    const text = translate(stream, [Buffer.from(second)]);
    expect(dataOf(text).map(({ type }) => type)).toEqual([
      'content_block_stop',
      'content_block_start',
      'content_block_delta',
    ]);
  });

  it('understands servers without an index, and those with one index for all', () => {
    for (const index of [undefined, 0]) {
      const text = whole(
        piece(index, '{"n":1}', { id: 'a', name: 'add' }),
        piece(index, '{"n":2}', { id: 'b', name: 'add' }),
      );
      expect(blocksOf(text)).toEqual(['add {"n":1}', 'add {"n":2}']);
    }
  });

  it('gives a call without an id one of its own', () => {
    const text = whole(piece(0, '{}', { name: 'add' }));
    expect(dataOf(text)[1].content_block.id).toBe('chatcmpl-7_0');
  });

  it.each([
    [
      { finish_reason: 'length' },
      { stop_reason: 'max_tokens', stop_sequence: null },
    ],
    [
      { finish_reason: 'content_filter' },
      { stop_reason: 'refusal', stop_sequence: null },
    ],
    [
      { finish_reason: 'stop', stop_reason: 'END' },
      { stop_reason: 'stop_sequence', stop_sequence: 'END' },
    ],
  ])('ends with %j as %j', (end, delta) => {
    const data = dataOf(whole(chunk({ content: 'a' }), chunk({}, end)));
    expect(data.at(-2).delta).toEqual(delta);
  });

  it('shows a refusal as text', () => {
    const text = whole(
      chunk({ refusal: 'I cannot.' }),
      chunk({}, { finish_reason: 'stop' }),
    );
    expect(blocksOf(text)).toEqual(['I cannot.']);
    expect(dataOf(text).at(-2).delta.stop_reason).toBe('refusal');
  });

  it('begins with a chunk that has no choices, as Azure sends it', () => {
    const filter = { id: '', choices: [], prompt_filter_results: [] };
    const data = dataOf(whole(frame(filter), chunk({ content: 'a' })));
    expect(data.filter(({ type }) => type === 'message_start')).toHaveLength(1);
    expect(data.map(({ type }) => type)).toContain('content_block_delta');
  });

  it('is a whole message even when the target says nothing', () => {
    expect(dataOf(whole('data: [DONE]\n\n')).map(({ type }) => type)).toEqual([
      'message_start',
      'message_delta',
      'message_stop',
    ]);
  });

  it('passes an error on and does not look complete afterwards', () => {
    const data = dataOf(
      whole(
        chunk({ content: 'a' }),
        frame({ error: { message: 'The engine died.', type: 'server_error' } }),
        chunk({ content: 'b' }),
        'data: [DONE]\n\n',
      ),
    );
    expect(data.at(-1)).toEqual({
      type: 'error',
      error: expect.objectContaining({
        type: 'api_error',
        message: 'The engine died.',
      }),
    });
    expect(data.map(({ type }) => type)).not.toContain('message_stop');
  });

  it('refuses what is no chunk', () => {
    expect(() => whole('data: <html>\n\n')).toThrow(
      expect.objectContaining({ code: 'upstream_error' }),
    );
  });

  it('refuses calls without a name', () => {
    expect(() => whole(piece(0, '{}', { id: 'a' }))).toThrow(
      expect.objectContaining({ code: 'upstream_error' }),
    );
  });

  it('does not collect without a bound what waits for an endless call', () => {
    const stream = create();
    const megabyte = 'x'.repeat(1024 * 1024);
    const events = [
      piece(0, '{"n":"', { id: 'a', name: 'add' }),
      ...Array.from({ length: 9 }, () => chunk({ content: megabyte })),
    ];
    expect(() =>
      translate(
        stream,
        events.map(event => Buffer.from(event)),
      ),
    ).toThrow(expect.objectContaining({ code: 'upstream_error' }));
  });
});
