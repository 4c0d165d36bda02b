import { ProtocolId, PROTOCOLS } from '.';

type Json = Record<string, unknown>;

const USER = { role: 'user', content: 'a' };
const GOOD: Partial<Record<ProtocolId, Json>> = {
  chat: { model: 'm', messages: [USER] },
  completion: { model: 'm', prompt: 'a' },
  response: { model: 'm', input: 'a' },
  message: { model: 'm', max_tokens: 5, messages: [USER] },
};
const HOUR = { cache_control: { type: 'ephemeral', ttl: '1h' } };
const SHORT = { cache_control: { type: 'ephemeral', ttl: '5m' } };
const SEARCH = { type: 'web_search_20250305', name: 'web_search' };

const fields = (id: ProtocolId, body: Json = {}) =>
  PROTOCOLS[id].parseFields({ ...GOOD[id], ...body });

const edits = (id: ProtocolId, body: Json, toolCallBound?: number) =>
  Object.fromEntries(
    PROTOCOLS[id].bodyEdits({
      fields: fields(id, body),
      providerModel: 'm',
      maxOutputTokens: 5,
      toolCallBound,
    }),
  );

describe('the tier that is asked for', () => {
  it.each<[ProtocolId, Json, string | undefined]>([
    ['chat', {}, undefined],
    ['chat', { service_tier: null }, undefined],
    ['chat', { service_tier: 'auto' }, undefined],
    ['chat', { service_tier: 'what comes next' }, undefined],
    ['chat', { service_tier: 'default' }, 'standard'],
    ['chat', { service_tier: 'fast' }, 'priority'],
    ['completion', { service_tier: 'flex' }, 'flex'],
    ['response', { service_tier: 'priority' }, 'priority'],
    ['response', { service_tier: 'scale' }, 'provisioned'],
    // Anthropic's own words, and its dear fast mode
    ['message', {}, undefined],
    ['message', { service_tier: 'auto' }, undefined],
    ['message', { service_tier: 'standard_only' }, 'standard'],
    ['message', { service_tier: 'standard_only', speed: 'fast' }, undefined],
  ])('%s %j: %s', (id, body, expected) => {
    expect(fields(id, body).serviceTier).toBe(expected);
  });
});

describe('what is kept for an hour', () => {
  const part = { type: 'text', text: 'a', ...HOUR };
  const result = { type: 'tool_result', content: [part] };
  it.each<[Json, boolean]>([
    [{}, false],
    [{ system: [{ type: 'text', ...SHORT }], ...SHORT }, false],
    [{ cache_control: { type: 'ephemeral' } }, false],
    [HOUR, true],
    [{ system: [part] }, true],
    [{ messages: [{ role: 'user', content: [part] }] }, true],
    [{ messages: [{ role: 'user', content: [result] }] }, true],
    [{ tools: [{ name: 'a', input_schema: {}, ...HOUR }] }, true],
  ])('%j: %s', (body, expected) => {
    expect(fields('message', body).cachesForHour).toBe(expected);
  });
});

describe('uses of tools that are charged', () => {
  it.each<[ProtocolId, Json, [number, number]]>([
    ['chat', { tools: [{ type: 'function', function: {} }] }, [0, 0]],
    ['chat', { web_search_options: {} }, [1, 0]],
    ['response', { tools: [{ type: 'function', name: 'a' }] }, [0, 0]],
    ['response', { tools: [{ type: 'mcp', server_label: 'a' }] }, [0, 0]],
    ['response', { tools: [{ type: 'web_search_preview' }] }, [0, 1]],
    ['response', { tools: [{ type: 'file_search' }, SEARCH] }, [0, 1]],
    ['response', { tools: [SEARCH], max_tool_calls: 3 }, [3, 0]],
    ['response', { tools: [SEARCH], max_tool_calls: 0 }, [0, 0]],
    ['response', { prompt: { id: 'stored' } }, [0, 1]],
    ['message', { tools: [{ name: 'a', input_schema: {} }] }, [0, 0]],
    ['message', { tools: [{ ...SEARCH, max_uses: 3 }] }, [3, 0]],
    ['message', { tools: [{ ...SEARCH, max_uses: 3 }, SEARCH] }, [3, 1]],
  ])('%s %j', (id, body, [bounded, unbounded]) => {
    expect(fields(id, body)).toMatchObject({
      maxToolCalls: bounded,
      unboundedTools: unbounded,
    });
  });

  it.each<[ProtocolId, Json, Json]>([
    ['response', { tools: [SEARCH] }, { max_tool_calls: '16' }],
    ['response', { tools: [SEARCH], max_tool_calls: 30 }, {}],
    [
      'message',
      { tools: [{ name: 'a' }, SEARCH, { ...SEARCH, max_uses: 30 }] },
      {
        tools: JSON.stringify([
          { name: 'a' },
          { ...SEARCH, max_uses: 16 },
          { ...SEARCH, max_uses: 30 },
        ]),
      },
    ],
    ['message', { tools: [{ name: 'a' }] }, {}],
  ])('are bounded where the caller does not: %s %j', (id, body, expected) => {
    const { max_output_tokens: _, ...changed } = edits(id, body, 16);
    expect(changed).toEqual(expected);
    const { max_output_tokens: __, ...free } = edits(id, body);
    expect(free).toEqual({}); // where they cost nothing, nothing is changed
  });
});
