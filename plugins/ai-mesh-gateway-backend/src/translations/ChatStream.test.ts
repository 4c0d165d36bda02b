import {
  MESSAGES_STREAM,
  dataOf,
  expectSameForEveryCut,
  named,
  translate,
} from './__testUtils__/streams';
import { createChatToMessages } from './chatToMessages';

const chatToMessages = createChatToMessages({ now: () => 1_790_000_000_000 });
const create = (includeUsage = true) =>
  chatToMessages.createStream({ model: 'assistant', includeUsage });

/** Translated and ended. */
function whole(events: string, includeUsage = true): string {
  const stream = create(includeUsage);
  return translate(stream, [Buffer.from(events)]) + stream.end();
}

const EXPECTED = whole(MESSAGES_STREAM);

const START = named({
  type: 'message_start',
  message: { id: 'msg_01', usage: { input_tokens: 3, output_tokens: 1 } },
});
const STOP = named({ type: 'message_stop' });

describe('the stream, from Anthropic’s format to OpenAI’s', () => {
  it('tells the same', () => {
    const data = dataOf(EXPECTED);
    const done = data.pop();
    const usage = data.pop();
    expect(done).toBe('[DONE]');
    expect(usage).toEqual({
      id: 'msg_01',
      object: 'chat.completion.chunk',
      created: 1_790_000_000,
      model: 'assistant',
      choices: [],
      usage: {
        prompt_tokens: 120,
        completion_tokens: 40,
        total_tokens: 160,
        prompt_tokens_details: { cached_tokens: 64, cache_write_tokens: 16 },
      },
    });
    for (const each of data) {
      expect(each).toEqual({
        id: 'msg_01',
        object: 'chat.completion.chunk',
        created: 1_790_000_000,
        model: 'assistant',
        choices: [expect.objectContaining({ index: 0, logprobs: null })],
        usage: null,
      });
    }
    expect(data.map(({ choices }) => choices[0].finish_reason)).toEqual([
      ...data.slice(1).map(() => null),
      'tool_calls',
    ]);
    expect(data.map(({ choices }) => choices[0].delta)).toEqual([
      { role: 'assistant', content: '', refusal: null },
      { content: 'Grüße, ' },
      { content: 'ich sehe nach 🚚.' },
      {
        tool_calls: [
          {
            index: 0,
            id: 'toolu_A',
            type: 'function',
            function: { name: 'find_parcel', arguments: '' },
          },
        ],
      },
      { tool_calls: [{ index: 0, function: { arguments: '{"number":' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '"Ü-1}"}' } }] },
      {
        tool_calls: [
          {
            index: 1,
            id: 'toolu_B',
            type: 'function',
            function: { name: 'list_depots', arguments: '' },
          },
        ],
      },
      { tool_calls: [{ index: 1, function: { arguments: '{}' } }] },
      {},
    ]);
  });

  it('is the same for every cut in two', () => {
    expectSameForEveryCut({
      create,
      events: MESSAGES_STREAM,
      expected: EXPECTED,
    });
  });

  it('has no end when the target’s is cut, wherever that is', () => {
    const bytes = Buffer.from(MESSAGES_STREAM);
    for (let at = 0; at <= bytes.length; at++) {
      const text = translate(create(), [bytes.subarray(0, at)]);
      expect(EXPECTED.startsWith(text)).toBe(true);
      expect(text).not.toContain('[DONE]');
    }
  });

  it('has no usage for a client that did not ask', () => {
    const data = dataOf(whole(MESSAGES_STREAM, false));
    for (const each of data) expect(each).not.toHaveProperty('usage');
    expect(data.at(-1)).toBe('[DONE]');
    expect(data.at(-2).choices).toHaveLength(1);
  });

  it('takes input that comes whole', () => {
    const text = whole(
      START +
        named({
          type: 'content_block_start',
          index: 0,
          content_block: {
            type: 'tool_use',
            id: 'x',
            name: 'a',
            input: { n: 1 },
          },
        }) +
        named({ type: 'content_block_stop', index: 0 }) +
        STOP,
    );
    const [call] = dataOf(text)[1].choices[0].delta.tool_calls;
    expect(call.function.arguments).toBe('{"n":1}');
  });

  it('finishes even when the target has not said why it stopped', () => {
    const data = dataOf(whole(START + STOP));
    expect(data.at(-3).choices[0].finish_reason).toBe('stop');
    expect(data.at(-1)).toBe('[DONE]');
  });

  it('has a usage that the target has reported, and no other', () => {
    const silent = named({
      type: 'message_start',
      message: { id: 'm' },
    });
    const data = dataOf(whole(silent + STOP));
    expect(data.at(-2).choices).toHaveLength(1);
  });

  it('passes an error on and does not look complete afterwards', () => {
    const error = { type: 'overloaded_error', message: 'Overloaded' };
    const data = dataOf(whole(START + named({ type: 'error', error }) + STOP));
    expect(data.at(-1)).toEqual({
      error: {
        message: 'Overloaded',
        type: 'server_error',
        param: null,
        code: 'upstream_error',
      },
    });
    expect(data).not.toContain('[DONE]');
  });

  it('refuses what is no event', () => {
    expect(() => whole('data: <html>\n\n')).toThrow(
      expect.objectContaining({ code: 'upstream_error' }),
    );
  });
});
