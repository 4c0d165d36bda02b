import fc from 'fast-check';
import { CacheRequest, cacheKeyOf } from './cacheKey';

const REQUEST: CacheRequest = {
  scope: {
    departmentRef: 'group:default/customer-care',
    applicationRef: 'component:default/support-bot',
    models: ['mini', 'large'],
    criticality: 'critical',
  },
  route: 'chat',
  model: 'mini',
  modelRevision: '1',
  stream: false,
  body: Buffer.from(
    '{"model":"mini","messages":[{"role":"user","content":"Hi"}]}',
  ),
};

function keyWith(body: object | string, change: Partial<CacheRequest> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return cacheKeyOf({ ...REQUEST, ...change, body: Buffer.from(text) });
}

describe('the key of a request', () => {
  const QUESTION = {
    model: 'mini',
    messages: [{ role: 'user', content: 'Hi' }],
  };

  it('does not depend on space, on the order of members or on what does not change the answer', () => {
    const key = keyWith(QUESTION);
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(
      keyWith(
        '{ "messages" : [{"content":"Hi","role":"user"}], "model":"mini" }',
      ),
    ).toBe(key);
    expect(
      keyWith({
        user: 'anna',
        metadata: { ticket: '4711' },
        safety_identifier: 'x',
        prompt_cache_key: 'y',
        stream: false,
        ...QUESTION,
      }),
    ).toBe(key);
    const models = ['large', 'mini'];
    expect(keyWith(QUESTION, { scope: { ...REQUEST.scope, models } })).toBe(
      key,
    );
  });

  it.each([
    [
      'a number with another text',
      { ...QUESTION, temperature: 1 },
      '{"model":"mini","messages":[{"role":"user","content":"Hi"}],"temperature":1.0}',
    ],
    [
      'a large number',
      '{"seed":9007199254740993}',
      '{"seed":9007199254740992}',
    ],
    ['the order of a list', { stop: ['a', 'b'] }, { stop: ['b', 'a'] }],
    ['a member that is null', QUESTION, { ...QUESTION, stop: null }],
    [
      'whether a stream ends with its usage',
      QUESTION,
      { ...QUESTION, stream_options: { include_usage: true } },
    ],
    [
      'user within a message',
      { messages: [{ user: 'a' }] },
      { messages: [{ user: 'b' }] },
    ],
  ])('depends on %s', (_, one, other) =>
    expect(keyWith(one)).not.toBe(keyWith(other)),
  );

  it('never is the same for callers of different departments, applications, models or criticality', () => {
    const name = fc.oneof(
      fc.constantFrom('a', 'b', '', 'a","b', '["a"]'),
      fc.string({ maxLength: 6 }),
    );
    const caller: fc.Arbitrary<Omit<CacheRequest, 'body'>> = fc.record({
      scope: fc.record({
        departmentRef: name,
        applicationRef: name,
        models: fc.uniqueArray(name, { maxLength: 3 }),
        criticality: fc.constantFrom('critical', 'non-critical'),
      }),
      route: fc.constantFrom('chat', 'completion', 'message', 'embedding'),
      model: name,
      modelRevision: name,
      stream: fc.boolean(),
    });
    const parts = (each: Omit<CacheRequest, 'body'>) => ({
      ...each,
      scope: { ...each.scope, models: new Set(each.scope.models) },
    });
    const isSame = (one: unknown, other: unknown) => {
      try {
        expect(one).toEqual(other);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(caller, caller, (one, other) => {
        const keys = [one, other].map(each =>
          cacheKeyOf({ ...each, body: REQUEST.body }),
        );
        expect(keys[0] === keys[1]).toBe(isSame(parts(one), parts(other)));
      }),
      { numRuns: 1000 },
    );
    // and with one part changed at a time, where chance would hardly ever make two callers so alike
    fc.assert(
      fc.property(caller, caller, (one, other) => {
        const key = cacheKeyOf({ ...one, body: REQUEST.body });
        const changed = [
          {
            ...one,
            scope: { ...one.scope, departmentRef: other.scope.departmentRef },
          },
          {
            ...one,
            scope: { ...one.scope, applicationRef: other.scope.applicationRef },
          },
          { ...one, scope: { ...one.scope, models: other.scope.models } },
          {
            ...one,
            scope: { ...one.scope, criticality: other.scope.criticality },
          },
          { ...one, model: other.model },
          { ...one, modelRevision: other.modelRevision },
          { ...one, route: other.route },
          { ...one, stream: other.stream },
        ];
        for (const each of changed) {
          const same = isSame(parts(each), parts(one));
          expect(cacheKeyOf({ ...each, body: REQUEST.body }) === key).toBe(
            same,
          );
        }
      }),
    );
  });

  it.each<[boolean, string, CacheRequest['route'], object]>([
    [
      true,
      'functions of the caller',
      'chat',
      { tools: [{ type: 'function', function: { name: 'f' } }] },
    ],
    [
      true,
      'tools without a type, as Anthropic has them',
      'message',
      { tools: [{ name: 'f' }] },
    ],
    [
      false,
      'a tool that the provider runs',
      'response',
      { store: false, tools: [{ type: 'function' }, { type: 'web_search' }] },
    ],
    [
      false,
      'a dated tool that the provider runs',
      'message',
      { tools: [{ type: 'web_search_20250305' }] },
    ],
    [false, 'tools that are no list', 'chat', { tools: 'all' }],
    [true, 'no tools', 'chat', { tools: [] }],
    [false, 'a search in the web', 'chat', { web_search_options: {} }],
    [
      false,
      'servers that the provider calls',
      'message',
      { mcp_servers: [{ url: 'https://example.com' }] },
    ],
    [false, 'an answer that the provider stores', 'chat', { store: true }],
    [true, 'an answer that it does not', 'chat', { store: false }],
    [
      false,
      'a response, which it stores when nothing is said',
      'response',
      { input: 'Hi' },
    ],
    [false, 'a response for which null is said', 'response', { store: null }],
    [true, 'a response that it does not store', 'response', { store: false }],
    [
      false,
      'a conversation',
      'response',
      { store: false, previous_response_id: 'r' },
    ],
    [true, 'none', 'response', { store: false, previous_response_id: null }],
    [
      false,
      'a prompt that the provider keeps',
      'response',
      { store: false, prompt: { id: 'p' } },
    ],
    [true, 'a prompt that is text', 'completion', { prompt: 'Hi' }],
    [true, 'sampling', 'chat', { temperature: 2, n: 3 }],
    [false, 'a picture', 'image', { prompt: 'a cat' }],
    [false, 'speech', 'speech', { input: 'Hi' }],
  ])('is there: %s, for %s (%s)', (isThere, _, route, body) =>
    expect(keyWith(body, { route }) !== undefined).toBe(isThere),
  );
});
