import { LANGUAGES, snippetsOf } from './snippets';

const TARGET = {
  baseUrl: 'http://localhost:4000/v1',
  secret: 'sk-mesh-example',
  model: 'gpt-4o-mini',
};

describe('snippetsOf', () => {
  it.each(LANGUAGES)('puts address, key and model into the %s', language => {
    for (const kind of ['chat', 'embedding'] as const) {
      const text = snippetsOf({ ...TARGET, kind, isStreaming: false })[
        language
      ];
      expect(text).toContain(TARGET.baseUrl);
      expect(text).toContain(TARGET.secret);
      expect(text).toContain(TARGET.model);
    }
  });

  it.each(LANGUAGES)('streams in %s only when asked to', language => {
    const plain = snippetsOf({ ...TARGET, kind: 'chat', isStreaming: false });
    const streaming = snippetsOf({
      ...TARGET,
      kind: 'chat',
      isStreaming: true,
    });
    expect(plain[language]).not.toMatch(/stream/i);
    expect(streaming[language]).toMatch(/stream/i);
  });

  it('writes a body that is JSON into the curl line', () => {
    const { curl } = snippetsOf({ ...TARGET, kind: 'chat', isStreaming: true });
    const body = /-d '(.*)'$/.exec(curl)?.[1];
    expect(JSON.parse(body ?? '')).toMatchObject({
      model: 'gpt-4o-mini',
      stream: true,
    });
  });
});
