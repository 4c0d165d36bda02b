import { GatewayError } from '../errors';
import { messagesToChat } from './messagesToChat';

const OPTIONS = {
  providerModel: 'gpt-5.2',
  maxOutputTokens: 512,
  stream: false,
};

const HELLO = [{ role: 'user', content: 'Hello' }];

function request(body: Record<string, unknown>, stream = false) {
  const text = messagesToChat.request(
    { model: 'assistant', max_tokens: 1024, messages: HELLO, ...body },
    { ...OPTIONS, stream },
  );
  return JSON.parse(text);
}

function messagesOf(...messages: object[]) {
  return request({ messages }).messages;
}

function refusedParam(body: Record<string, unknown>) {
  try {
    request(body);
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toHaveProperty('code', 'invalid_value');
    return (error as GatewayError).param;
  }
  return 'nothing was refused';
}

describe('the request, from Anthropic’s format to OpenAI’s', () => {
  it('is the smallest there is for a greeting', () => {
    expect(request({})).toEqual({
      model: 'gpt-5.2',
      messages: HELLO,
      max_completion_tokens: 512,
    });
  });

  it('carries everything that has a counterpart', () => {
    const schema = { type: 'object', properties: { a: { type: 'number' } } };
    expect(
      request(
        {
          system: 'Be brief.',
          temperature: 0.5,
          top_p: 0.9,
          stop_sequences: ['\n\nHuman:'],
          metadata: { user_id: 'u-7' },
          output_config: {
            effort: 'low',
            format: { type: 'json_schema', schema },
          },
          tools: [
            {
              name: 'add',
              description: 'Adds.',
              input_schema: schema,
              strict: true,
              cache_control: { type: 'ephemeral' },
            },
          ],
          tool_choice: { type: 'auto', disable_parallel_tool_use: true },
        },
        true,
      ),
    ).toEqual({
      model: 'gpt-5.2',
      messages: [{ role: 'system', content: 'Be brief.' }, ...HELLO],
      max_completion_tokens: 512,
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.5,
      top_p: 0.9,
      stop: ['\n\nHuman:'],
      user: 'u-7',
      reasoning_effort: 'low',
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', schema, strict: true },
      },
      tools: [
        {
          type: 'function',
          function: {
            name: 'add',
            description: 'Adds.',
            parameters: schema,
            strict: true,
          },
        },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: false,
    });
  });

  it.each([
    [{ type: 'auto' }, 'auto'],
    [{ type: 'any' }, 'required'],
    [{ type: 'none' }, 'none'],
    [
      { type: 'tool', name: 'add' },
      { type: 'function', function: { name: 'add' } },
    ],
  ])('makes of the tool choice %j %j', (given, expected) => {
    const body = request({ tool_choice: given });
    expect(body.tool_choice).toEqual(expected);
    expect(body).not.toHaveProperty('parallel_tool_calls');
  });

  it('keeps system blocks apart', () => {
    const blocks = [
      { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'Be kind.' },
    ];
    expect(request({ system: blocks }).messages[0]).toEqual({
      role: 'system',
      content: [
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: 'Be kind.' },
      ],
    });
  });

  it('leaves a system message within the conversation where it stands', () => {
    expect(
      messagesOf(
        { role: 'user', content: 'a' },
        { role: 'system', content: 'b' },
        { role: 'user', content: 'c' },
      ),
    ).toEqual([
      { role: 'user', content: 'a' },
      { role: 'system', content: 'b' },
      { role: 'user', content: 'c' },
    ]);
  });

  it('makes images addresses', () => {
    const [message] = messagesOf({
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        {
          type: 'image',
          source: { type: 'base64', media_type: 'image/png', data: 'iVBOR==' },
        },
        { type: 'image', source: { type: 'url', url: 'https://a.example/b' } },
      ],
    });
    expect(message.content).toEqual([
      { type: 'text', text: 'What is this?' },
      {
        type: 'image_url',
        image_url: { url: 'data:image/png;base64,iVBOR==' },
      },
      { type: 'image_url', image_url: { url: 'https://a.example/b' } },
    ]);
  });

  it('gives each tool result a message of its own, in order, before what the user says', () => {
    expect(
      messagesOf(
        { role: 'user', content: 'Where is it?' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
            { type: 'text', text: 'I look.' },
            { type: 'tool_use', id: 'toolu_1', name: 'a', input: { n: 1 } },
            { type: 'tool_use', id: 'toolu_2', name: 'b', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: 'one' },
            {
              type: 'tool_result',
              tool_use_id: 'toolu_2',
              is_error: true,
              content: [{ type: 'text', text: 'two' }],
            },
            { type: 'tool_result', tool_use_id: 'toolu_3' },
            { type: 'text', text: 'Well?' },
          ],
        },
      ),
    ).toEqual([
      { role: 'user', content: 'Where is it?' },
      {
        role: 'assistant',
        content: 'I look.',
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
      },
      { role: 'tool', tool_call_id: 'toolu_1', content: 'one' },
      { role: 'tool', tool_call_id: 'toolu_2', content: 'two' },
      { role: 'tool', tool_call_id: 'toolu_3', content: '' },
      { role: 'user', content: 'Well?' },
    ]);
  });

  it('keeps the order of what is said before, between and after results', () => {
    const say = (text: string) => ({ type: 'text', text });
    const result = (id: string) => ({ type: 'tool_result', tool_use_id: id });
    expect(
      messagesOf({
        role: 'user',
        content: [say('a'), say('b'), result('x'), say('c'), result('y')],
      }),
    ).toEqual([
      { role: 'user', content: [say('a'), say('b')] },
      { role: 'tool', tool_call_id: 'x', content: '' },
      { role: 'user', content: 'c' },
      { role: 'tool', tool_call_id: 'y', content: '' },
    ]);
  });

  it('leaves out a turn of thinking alone', () => {
    const thinking = { type: 'redacted_thinking', data: 'x' };
    expect(
      messagesOf(
        { role: 'assistant', content: [thinking] },
        { role: 'user', content: 'Well?' },
      ),
    ).toEqual([{ role: 'user', content: 'Well?' }]);
  });

  it('hashes a user id that is longer than OpenAI takes, always the same way', () => {
    const body = { metadata: { user_id: 'user_'.repeat(30) } };
    const { user } = request(body);
    expect(user).toMatch(/^[0-9a-f]{64}$/);
    expect(request(body).user).toBe(user);
  });

  it('leaves hints out', () => {
    expect(
      request({
        thinking: { type: 'enabled', budget_tokens: 2048 },
        cache_control: { type: 'ephemeral' },
        service_tier: 'auto',
        context_management: { edits: [] },
        stop_sequences: [],
        tools: [],
        metadata: {},
        top_k: null,
      }),
    ).toEqual(request({}));
  });

  const user = (block: object) => ({
    messages: [{ role: 'user', content: [block] }],
  });
  it.each<[string, Record<string, unknown>]>([
    ['top_k', { top_k: 5 }],
    ['container', { container: 'c' }],
    ['mcp_servers', { mcp_servers: [] }],
    ['inference_geo', { inference_geo: 'eu' }],
    ['body', { 'my secret': 1 }],
    ['messages', { messages: 'Hello' }],
    ['messages[0]', { messages: ['Hello'] }],
    ['messages[0].role', { messages: [{ role: 'tool', content: '' }] }],
    ['messages[0].content', { messages: [{ role: 'user' }] }],
    [
      'messages[1]',
      { messages: [...HELLO, { role: 'assistant', content: '{' }] },
    ],
    ['messages[0].content[0]', user({ type: 'document', source: {} })],
    ['messages[0].content[0]', user({ type: 'search_result' })],
    [
      'messages[0].content[0].source',
      user({ type: 'image', source: { type: 'file', file_id: 'f' } }),
    ],
    [
      'messages[0].content[0].content[0]',
      user({
        type: 'tool_result',
        tool_use_id: 't',
        content: [{ type: 'image', source: {} }],
      }),
    ],
    [
      'messages[0].content[0].tool_use_id',
      user({ type: 'tool_result', content: 'x' }),
    ],
    ['tools[0]', { tools: [{ type: 'web_search_20250305', name: 'w' }] }],
    ['tools[0].input_schema', { tools: [{ name: 'w' }] }],
    ['tool_choice.type', { tool_choice: { type: 'any tool' } }],
    ['output_config.format', { output_config: { format: { type: 'xml' } } }],
    ['temperature', { temperature: 'hot' }],
    ['system[0]', { system: [{ type: 'image' }] }],
  ])('refuses by the name of the field: %s', (param, body) => {
    expect(refusedParam(body)).toBe(param);
  });
});
