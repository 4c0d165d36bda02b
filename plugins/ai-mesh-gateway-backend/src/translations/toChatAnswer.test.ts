import { createChatToMessages } from './chatToMessages';

const chatToMessages = createChatToMessages({ now: () => 1_790_000_000_999 });

function answer(message: object) {
  const text = chatToMessages.answer(
    {
      id: 'msg_01',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-5',
      content: [],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: {
        input_tokens: 4,
        cache_creation_input_tokens: 2,
        cache_read_input_tokens: 3,
        output_tokens: 5,
      },
      ...message,
    },
    { model: 'assistant' },
  );
  return JSON.parse(text);
}

describe('the answer, from Anthropic’s format to OpenAI’s', () => {
  it('is a completion under the name that the client asked for', () => {
    expect(
      answer({
        content: [
          { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
          { type: 'text', text: 'Hel', citations: null },
          { type: 'text', text: 'lo!', citations: null },
        ],
      }),
    ).toEqual({
      id: 'msg_01',
      object: 'chat.completion',
      created: 1_790_000_000,
      model: 'assistant',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello!', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 9,
        completion_tokens: 5,
        total_tokens: 14,
        prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 2 },
      },
    });
  });

  it('keeps calls, with their ids', () => {
    const { choices } = answer({
      content: [
        { type: 'tool_use', id: 'toolu_1', name: 'a', input: { n: 1 } },
        { type: 'tool_use', id: 'toolu_2', name: 'b', input: {} },
      ],
      stop_reason: 'tool_use',
    });
    expect(choices[0].finish_reason).toBe('tool_calls');
    expect(choices[0].message).toEqual({
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [
        {
          id: 'toolu_1',
          type: 'function',
          function: { name: 'a', arguments: '{"n":1}' },
        },
        {
          id: 'toolu_2',
          type: 'function',
          function: { name: 'b', arguments: '{}' },
        },
      ],
    });
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool_calls'],
    ['refusal', 'content_filter'],
    ['something new', 'stop'],
  ])('ends with %s as %s', (reason, finish) => {
    const { choices } = answer({ stop_reason: reason });
    expect(choices[0].finish_reason).toBe(finish);
  });

  it.each([{}, { type: 'error', error: {} }, { content: 'text' }])(
    'is none when the target sends %j',
    body => {
      expect(() => chatToMessages.answer(body, { model: 'm' })).toThrow(
        expect.objectContaining({ code: 'upstream_error' }),
      );
    },
  );
});
