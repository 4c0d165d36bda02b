import { messagesToChat } from './messagesToChat';

function answer(message: object, choice: object = {}) {
  const text = messagesToChat.answer(
    {
      id: 'chatcmpl-7',
      object: 'chat.completion',
      created: 1_790_000_000,
      model: 'gpt-5.2-2026-01-12',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', refusal: null, ...message },
          logprobs: null,
          finish_reason: 'stop',
          ...choice,
        },
      ],
      usage: {
        prompt_tokens: 9,
        completion_tokens: 4,
        total_tokens: 13,
        prompt_tokens_details: { cached_tokens: 5 },
      },
    },
    { model: 'assistant' },
  );
  return JSON.parse(text);
}

describe('the answer, from OpenAI’s format to Anthropic’s', () => {
  it('is a message under the name that the client asked for', () => {
    expect(answer({ content: 'Hello!' })).toEqual({
      id: 'chatcmpl-7',
      type: 'message',
      role: 'assistant',
      model: 'assistant',
      content: [{ type: 'text', text: 'Hello!' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: {
        input_tokens: 4,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 5,
        output_tokens: 4,
      },
    });
  });

  it('keeps text and calls, with their ids', () => {
    const call = (id: string | undefined, name: string, text: string) => ({
      id,
      type: 'function',
      function: { name, arguments: text },
    });
    const { content, stop_reason: reason } = answer(
      {
        content: 'I look.',
        tool_calls: [
          call('call_A', 'a', '{"n":1}'),
          call('call_B', 'b', ''),
          call(undefined, 'c', '{}'),
        ],
      },
      { finish_reason: 'tool_calls' },
    );
    expect(content).toEqual([
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 'call_A', name: 'a', input: { n: 1 } },
      { type: 'tool_use', id: 'call_B', name: 'b', input: {} },
      { type: 'tool_use', id: 'chatcmpl-7_2', name: 'c', input: {} },
    ]);
    expect(reason).toBe('tool_use');
  });

  const CALL = {
    content: null,
    tool_calls: [
      { id: 'x', type: 'function', function: { name: 'a', arguments: '{"n"' } },
    ],
  };

  it('gives no input that the model did not write', () => {
    expect(() => answer(CALL, { finish_reason: 'tool_calls' })).toThrow(
      expect.objectContaining({ code: 'upstream_error' }),
    );
  });

  it('gives an empty input where the bound has cut the arguments', () => {
    const message = answer(CALL, { finish_reason: 'length' });
    expect(message.stop_reason).toBe('max_tokens');
    expect(message.content).toEqual([
      { type: 'tool_use', id: 'x', name: 'a', input: {} },
    ]);
  });

  it.each([
    ['stop', {}, 'end_turn', null],
    ['length', {}, 'max_tokens', null],
    ['content_filter', {}, 'refusal', null],
    ['something new', {}, 'end_turn', null],
    ['stop', { stop_reason: 'END' }, 'stop_sequence', 'END'],
    ['stop', { stop_reason: 128_009 }, 'end_turn', null], // vLLM: the id of a token
  ])('ends with %s %j as %s', (finish, more, reason, sequence) => {
    const message = answer(
      { content: 'a' },
      { finish_reason: finish, ...more },
    );
    expect(message.stop_reason).toBe(reason);
    expect(message.stop_sequence).toBe(sequence);
  });

  it('ends with tool_use when a call was forced, which OpenAI ends with "stop"', () => {
    const call = {
      id: 'x',
      type: 'function',
      function: { name: 'a', arguments: '{}' },
    };
    const message = answer({ content: null, tool_calls: [call] });
    expect(message.stop_reason).toBe('tool_use');
  });

  it('shows a refusal as text', () => {
    const message = answer({ content: null, refusal: 'I cannot.' });
    expect(message.content).toEqual([{ type: 'text', text: 'I cannot.' }]);
    expect(message.stop_reason).toBe('refusal');
  });

  it.each([{}, { choices: [] }, { choices: [{}] }, { error: {} }])(
    'is none when the target sends %j',
    body => {
      expect(() => messagesToChat.answer(body, { model: 'm' })).toThrow(
        expect.objectContaining({ code: 'upstream_error' }),
      );
    },
  );
});
