import fc from 'fast-check';
import { GatewayError } from '../errors';
import { ProtocolId, PROTOCOLS } from '.';

type Json = Record<string, unknown>;

const USER = { role: 'user', content: 'a' };
const GOOD: Record<ProtocolId, Json> = {
  chat: { model: 'm', messages: [USER] },
  completion: { model: 'm', prompt: 'a' },
  response: { model: 'm', input: 'a' },
  embedding: { model: 'm', input: 'a' },
  moderation: { model: 'm', input: 'a' },
  image: { model: 'm', prompt: 'a' },
  speech: { model: 'm', input: 'a' },
  transcription: { model: 'm', file: 4 },
  translation: { model: 'm', file: 4 },
  message: { model: 'm', max_tokens: 5, messages: [USER] },
};
const IDS = Object.keys(GOOD).filter((id): id is ProtocolId => id in PROTOCOLS);

/** The field that is refused. */
function refused(id: ProtocolId, body: Json): string | undefined {
  try {
    PROTOCOLS[id].parseFields(body);
  } catch (error) {
    if (error instanceof GatewayError) return error.param;
    throw error;
  }
  return undefined;
}

const fields = (id: ProtocolId, body: Json = {}) =>
  PROTOCOLS[id].parseFields({ ...GOOD[id], ...body });

describe.each(IDS)('%s', id => {
  it('takes the plainest request', () => {
    expect(fields(id)).toMatchObject({ model: 'm', stream: false, choices: 1 });
  });

  it.each([undefined, null, 0, '', {}])('refuses the model %p', model => {
    const isOptional = id === 'moderation' && (model ?? null) === null;
    expect(refused(id, { ...GOOD[id], model })).toBe(
      isOptional ? undefined : 'model',
    );
  });

  it('throws nothing but GatewayError, whatever the body', () => {
    const names = [
      ...Object.keys(GOOD[id]),
      'stream',
      'stream_options',
      'n',
      'best_of',
      'tools',
      'system',
      'max_tokens',
      'max_completion_tokens',
      'max_output_tokens',
      'background',
      'response_format',
      'stream_format',
      'mcp_servers',
    ];
    const part = fc.record(
      {
        type: fc.constantFrom(
          'text',
          'image',
          'tool_result',
          'message',
          'file',
        ),
        role: fc.constantFrom('user', 'assistant'),
        content: fc.jsonValue(),
        output: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const value = fc.oneof(
      fc.jsonValue(),
      fc.array(fc.oneof(part, fc.jsonValue()), { maxLength: 3 }),
      fc.array(part.map(inner => ({ ...inner, content: [inner, inner] }))),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...names, '__proto__'), value),
        fc.boolean(),
        (body, isLikeGood) => {
          refused(id, isLikeGood ? { ...GOOD[id], ...body } : body);
        },
      ),
    );
  });
});

describe('refused', () => {
  const cases: Array<[ProtocolId, Json, string]> = [
    ['chat', { messages: [] }, 'messages'],
    ['chat', { messages: [1] }, 'messages[0]'],
    ['chat', { messages: [{ content: 'a' }] }, 'messages[0].role'],
    [
      'chat',
      { messages: [{ role: 'user', content: 4 }] },
      'messages[0].content',
    ],
    [
      'chat',
      { messages: [{ role: 'user', content: [4] }] },
      'messages[0].content[0]',
    ],
    ['chat', { n: 129 }, 'n'],
    ['chat', { max_tokens: 0 }, 'max_tokens'],
    ['chat', { max_completion_tokens: 1.5 }, 'max_completion_tokens'],
    ['chat', { stream: 'true' }, 'stream'],
    ['chat', { stream_options: {} }, 'stream_options'],
    [
      'chat',
      { stream: true, stream_options: { include_usage: 1 } },
      'stream_options.include_usage',
    ],
    ['chat', { tools: {} }, 'tools'],
    ['completion', { prompt: [] }, 'prompt'],
    ['completion', { prompt: ['a', 1] }, 'prompt'],
    ['completion', { best_of: -1 }, 'best_of'],
    ['response', { input: undefined }, 'input'],
    ['response', { background: true }, 'background'],
    ['response', { input: [{ role: 'user', content: 3 }] }, 'input[0].content'],
    ['embedding', { input: undefined }, 'input'],
    ['embedding', { input: [[1.5]] }, 'input'],
    ['moderation', { input: [{ type: 'text' }, 'a'] }, 'input[1]'],
    ['image', { prompt: null }, 'prompt'],
    ['speech', { input: ['a'] }, 'input'],
    ['speech', { stream_format: 'mp3' }, 'stream_format'],
    ['transcription', { file: undefined }, 'file'],
    ['transcription', { stream: '1' }, 'stream'],
    ['message', { max_tokens: undefined }, 'max_tokens'],
    ['message', { system: 4 }, 'system'],
  ];

  it.each(cases)('%s %j', (id, change, param) => {
    expect(refused(id, { ...GOOD[id], ...change })).toBe(param);
  });
});

describe('understood', () => {
  const image = { type: 'image_url', image_url: { url: 'data:,' } };
  const cases: Array<[ProtocolId, Json, Json]> = [
    [
      'chat',
      { n: null, stream: null, max_tokens: null },
      { choices: 1, maxOutputTokens: undefined },
    ],
    [
      'chat',
      { n: 3, max_tokens: 5, max_completion_tokens: 4 },
      {
        choices: 3,
        maxOutputTokens: 5,
        outputBounds: { max_tokens: 5, max_completion_tokens: 4 },
      },
    ],
    [
      'chat',
      { messages: [{ role: 'user', content: [image, image] }] },
      { attachmentCount: 2, hasHiddenInput: false },
    ],
    [
      'chat',
      { messages: [{ role: 'user', content: [{ type: 'file' }] }] },
      { attachmentCount: 1, hasHiddenInput: true },
    ],
    ['chat', { tools: [{ type: 'function' }] }, { hasHiddenInput: false }],
    ['chat', { web_search_options: {} }, { hasHiddenInput: true }],
    [
      'completion',
      { prompt: ['a', 'b'], n: 2, best_of: 3, max_tokens: 7 },
      { choices: 6, messageCount: 2, maxOutputTokens: 7 },
    ],
    ['completion', { prompt: [1, 2, 3] }, { choices: 1, messageCount: 1 }],
    [
      'response',
      { max_output_tokens: 9 },
      { maxOutputTokens: 9, hasHiddenInput: false },
    ],
    ['response', { previous_response_id: 'r' }, { hasHiddenInput: true }],
    ['response', { tools: [{ type: 'web_search' }] }, { hasHiddenInput: true }],
    [
      'response',
      {
        input: [
          { role: 'user', content: [{ type: 'input_image' }] },
          { type: 'function_call_output', output: 'a' },
        ],
      },
      { messageCount: 2, attachmentCount: 1, hasHiddenInput: false },
    ],
    [
      'response',
      { input: [{ type: 'item_reference', id: 'x' }] },
      { hasHiddenInput: true },
    ],
    [
      'embedding',
      { input: [[1, 2], [3]] },
      { messageCount: 2, maxOutputTokens: 0 },
    ],
    ['embedding', { input: [1, 2] }, { messageCount: 1 }],
    ['moderation', { model: undefined }, { model: 'omni-moderation-latest' }],
    [
      'moderation',
      { input: [{ type: 'text', text: 'a' }, image] },
      { attachmentCount: 1 },
    ],
    ['image', { n: 4 }, { choices: 4, units: 4 }],
    [
      'speech',
      { input: '🚚é', stream_format: 'sse' },
      { units: 2, stream: true, expectsJson: false },
    ],
    [
      'transcription',
      { stream: 'True', response_format: 'verbose_json' },
      { stream: true, units: 4, expectsJson: true },
    ],
    ['translation', { response_format: 'srt' }, { expectsJson: false }],
    [
      'message',
      {
        system: [{ type: 'text' }],
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image' },
              { type: 'tool_result', content: [{ type: 'image' }] },
            ],
          },
        ],
      },
      { attachmentCount: 2, maxOutputTokens: 5, hasHiddenInput: false },
    ],
    ['message', { tools: [{ name: 'a' }] }, { hasHiddenInput: false }],
    [
      'message',
      { tools: [{ type: 'web_search_20250305' }] },
      { hasHiddenInput: true },
    ],
  ];

  it.each(cases)('%s %j', (id, change, expected) => {
    expect(fields(id, change)).toMatchObject(expected);
  });
});

describe('bodyEdits', () => {
  const edits = (id: ProtocolId, body: Json, outputBoundMember?: string) =>
    Object.fromEntries(
      PROTOCOLS[id].bodyEdits({
        fields: fields(id, body),
        providerModel: 'up"stream',
        maxOutputTokens: 100,
        outputBoundMember,
      }),
    );
  const model = '"up\\"stream"';

  it.each<[ProtocolId, Json, Json]>([
    ['chat', {}, { model, max_tokens: '100' }],
    ['chat', { max_completion_tokens: 50 }, { model }],
    [
      'chat',
      { max_tokens: 50, max_completion_tokens: 500 },
      { model, max_completion_tokens: '100' },
    ],
    ['chat', { model: 'up"stream', max_tokens: 1 }, {}],
    [
      'chat',
      { stream: true, max_tokens: 1, stream_options: { x: 1 } },
      { model, stream_options: '{"x":1,"include_usage":true}' },
    ],
    [
      'chat',
      { stream: true, max_tokens: 1, stream_options: { include_usage: true } },
      { model },
    ],
    [
      'completion',
      { stream: true },
      { model, max_tokens: '100', stream_options: '{"include_usage":true}' },
    ],
    ['response', { stream: true }, { model, max_output_tokens: '100' }],
    [
      'message',
      { max_tokens: 500, stream: true },
      { model, max_tokens: '100' },
    ],
    ['embedding', {}, { model }],
    ['transcription', {}, { model }],
  ])('%s %j', (id, body, expected) => {
    expect(edits(id, body)).toEqual(expected);
  });

  it('bounds by the member that a target understands', () => {
    expect(edits('chat', {}, 'max_completion_tokens')).toEqual({
      model,
      max_completion_tokens: '100',
    });
  });
});
