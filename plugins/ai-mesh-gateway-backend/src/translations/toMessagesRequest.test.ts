import { GatewayError } from '../errors';
import { chatToMessages } from './chatToMessages';

const HELLO = [{ role: 'user', content: 'Hello' }];

function request(body: Record<string, unknown>, stream = false) {
  const text = chatToMessages.request(
    { model: 'assistant', messages: HELLO, ...body },
    { providerModel: 'claude-sonnet-5', maxOutputTokens: 512, stream },
  );
  return JSON.parse(text);
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

const SCHEMA = { type: 'object', properties: { a: { type: 'number' } } };
const TOOL = {
  type: 'function',
  function: { name: 'add', description: 'Adds.', parameters: SCHEMA },
};

describe('the request, from OpenAI’s format to Anthropic’s', () => {
  it('is the smallest there is for a greeting', () => {
    expect(request({})).toEqual({
      model: 'claude-sonnet-5',
      messages: HELLO,
      max_tokens: 512,
    });
  });

  it('carries everything that has a counterpart', () => {
    expect(
      request(
        {
          max_completion_tokens: 4096,
          stream_options: { include_usage: true },
          temperature: 0.5,
          top_p: 0.9,
          stop: 'END',
          user: 'u-7',
          tools: [TOOL],
          tool_choice: 'required',
          parallel_tool_calls: false,
          reasoning_effort: 'minimal',
          response_format: {
            type: 'json_schema',
            json_schema: { name: 'x', schema: SCHEMA, strict: true },
          },
        },
        true,
      ),
    ).toEqual({
      model: 'claude-sonnet-5',
      messages: HELLO,
      max_tokens: 512,
      stream: true,
      temperature: 0.5,
      top_p: 0.9,
      stop_sequences: ['END'],
      metadata: { user_id: 'u-7' },
      tools: [{ name: 'add', description: 'Adds.', input_schema: SCHEMA }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      output_config: {
        effort: 'low',
        format: { type: 'json_schema', schema: SCHEMA },
      },
    });
  });

  it.each([
    [{ tool_choice: 'auto' }, { type: 'auto' }],
    [{ tool_choice: 'none' }, { type: 'none' }],
    [{ tool_choice: 'none', parallel_tool_calls: false }, { type: 'none' }],
    [
      { tool_choice: { type: 'function', function: { name: 'add' } } },
      { type: 'tool', name: 'add' },
    ],
    [
      { parallel_tool_calls: false },
      { type: 'auto', disable_parallel_tool_use: true },
    ],
    [{ parallel_tool_calls: true }, undefined],
  ])('makes of %j the tool choice %j', (body, expected) => {
    expect(request({ tools: [TOOL], ...body }).tool_choice).toEqual(expected);
  });

  it('chooses nothing where there are no tools', () => {
    expect(request({ parallel_tool_calls: false })).toEqual(request({}));
  });

  it('gives a tool without parameters an empty schema', () => {
    const tools = [
      { type: 'function', function: { name: 'now', strict: true } },
    ];
    expect(request({ tools }).tools).toEqual([
      {
        name: 'now',
        input_schema: { type: 'object', properties: {} },
        strict: true,
      },
    ]);
  });

  it('puts instructions to the front, whoever gave them and wherever they stood', () => {
    const body = request({
      messages: [
        { role: 'system', content: 'Be brief.' },
        ...HELLO,
        {
          role: 'developer',
          content: [
            { type: 'text', text: 'Be kind.' },
            { type: 'text', text: '' },
          ],
        },
      ],
    });
    expect(body.system).toEqual([
      { type: 'text', text: 'Be brief.' },
      { type: 'text', text: 'Be kind.' },
    ]);
    expect(body.messages).toEqual(HELLO);
  });

  it('takes images apart', () => {
    const image = (url: string) => ({
      type: 'image_url',
      image_url: { url, detail: 'low' },
    });
    const body = request({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            image('data:image/png;base64,iVBOR=='),
            image('https://a.example/b'),
          ],
        },
      ],
    });
    expect(body.messages[0].content).toEqual([
      { type: 'text', text: 'What is this?' },
      {
        type: 'image',
        source: { type: 'base64', media_type: 'image/png', data: 'iVBOR==' },
      },
      { type: 'image', source: { type: 'url', url: 'https://a.example/b' } },
    ]);
  });

  it('puts the results of one round of tools into one turn, in order', () => {
    const call = (id: string, name: string, text: string) => ({
      id,
      type: 'function',
      function: { name, arguments: text },
    });
    const body = request({
      messages: [
        ...HELLO,
        {
          role: 'assistant',
          content: 'I look.',
          tool_calls: [call('call_A', 'a', '{"n":1}'), call('call_B', 'b', '')],
        },
        { role: 'tool', tool_call_id: 'call_A', content: 'one' },
        {
          role: 'tool',
          tool_call_id: 'call_B',
          content: [{ type: 'text', text: 'two' }],
        },
        { role: 'user', content: 'Well?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [call('call_C', 'c', '{}')],
        },
        { role: 'tool', tool_call_id: 'call_C', content: '' },
      ],
    });
    expect(body.messages).toEqual([
      ...HELLO,
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: 'call_A', name: 'a', input: { n: 1 } },
          { type: 'tool_use', id: 'call_B', name: 'b', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_A', content: 'one' },
          {
            type: 'tool_result',
            tool_use_id: 'call_B',
            content: [{ type: 'text', text: 'two' }],
          },
        ],
      },
      { role: 'user', content: 'Well?' },
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'call_C', name: 'c', input: {} }],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'call_C', content: '' }],
      },
    ]);
  });

  it('lets an assistant that refused say so, and leaves out one that said nothing', () => {
    const body = request({
      messages: [
        ...HELLO,
        { role: 'assistant', content: null, refusal: 'I cannot.' },
        { role: 'user', content: 'And now?' },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
        { role: 'assistant', content: '' },
      ],
    });
    expect(body.messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'I cannot.' }] },
      { role: 'user', content: 'And now?' },
      { role: 'assistant', content: [{ type: 'text', text: 'No.' }] },
    ]);
  });

  it('leaves out hints and values that change nothing', () => {
    expect(
      request({
        n: 1,
        frequency_penalty: 0,
        presence_penalty: 0,
        logprobs: false,
        logit_bias: {},
        modalities: ['text'],
        seed: 7,
        store: true,
        metadata: { a: 'b' },
        service_tier: 'auto',
        prompt_cache_key: 'k',
        response_format: { type: 'text' },
        stop: null,
        tools: [],
      }),
    ).toEqual(request({}));
  });

  it('caps the temperature, as Anthropic does for OpenAI’s clients', () => {
    expect(request({ temperature: 1.7 }).temperature).toBe(1);
    expect(request({ temperature: 0 }).temperature).toBe(0);
  });

  it('switches thinking off where no reasoning is wanted', () => {
    expect(request({ reasoning_effort: 'none' }).thinking).toEqual({
      type: 'disabled',
    });
  });

  const user = (part: object) => ({
    messages: [{ role: 'user', content: [part] }],
  });
  const assistant = (more: object) => ({
    messages: [{ role: 'assistant', ...more }],
  });
  const call = (text: unknown) =>
    assistant({
      tool_calls: [
        { id: 'x', type: 'function', function: { name: 'a', arguments: text } },
      ],
    });
  it.each<[string, Record<string, unknown>]>([
    ['n', { n: 2 }],
    ['frequency_penalty', { frequency_penalty: 0.5 }],
    ['logprobs', { logprobs: true }],
    ['logit_bias', { logit_bias: { 50256: -100 } }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['functions', { functions: [] }],
    ['web_search_options', { web_search_options: {} }],
    ['data_sources', { data_sources: [] }],
    ['body', { 'my secret': 1 }],
    ['response_format', { response_format: { type: 'json_object' } }],
    [
      'response_format.json_schema.schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'x' } } },
    ],
    ['reasoning_effort', { reasoning_effort: 'huge' }],
    ['stop', { stop: '\n' }],
    ['stop[1]', { stop: ['END', ' '] }],
    ['tools[0]', { tools: [{ type: 'custom', custom: { name: 'x' } }] }],
    ['tool_choice', { tool_choice: { type: 'allowed_tools' } }],
    ['messages', { messages: undefined }],
    ['messages[0].role', { messages: [{ role: 'function', content: 'x' }] }],
    ['messages[0].role', { messages: [{ role: 'robot', content: 'x' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: null }] }],
    ['messages[0].content[0]', user({ type: 'file', file: { file_id: 'f' } })],
    ['messages[0].content[0]', user({ type: 'input_audio', input_audio: {} })],
    [
      'messages[0].content[0].image_url.url',
      user({ type: 'image_url', image_url: { url: 'data:image/png,x' } }),
    ],
    [
      'messages[0].content[0].image_url.url',
      user({ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }),
    ],
    ['messages[0].audio', assistant({ audio: { id: 'a' } })],
    ['messages[0].function_call', assistant({ function_call: { name: 'a' } })],
    ['messages[0].tool_calls[0].function.arguments', call('{"n":')],
    ['messages[0].tool_calls[0].function.arguments', call('[1]')],
    ['messages[0].tool_calls[0].function.arguments', call({ n: 1 })],
    [
      'messages[0].tool_calls[0]',
      assistant({ tool_calls: [{ id: 'x', type: 'custom', custom: {} }] }),
    ],
    [
      'messages[0].tool_call_id',
      { messages: [{ role: 'tool', content: 'x' }] },
    ],
  ])('refuses by the name of the field: %s', (param, body) => {
    expect(refusedParam(body)).toBe(param);
  });
});
