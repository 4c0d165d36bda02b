import { ask, startForTest } from './__testUtils__/startForTest';

describe('ModelSimulatorOptions', () => {
  it('asks for a key in either header, in the words of the provider', async () => {
    const test = await startForTest({ apiKeys: ['other-key', 'test-key'] });
    try {
      await test.openai.models.list();
      await test.azure.chat.completions.create(ask('Hi'));
      const wrong = { headers: { authorization: 'Bearer test-kez' } };
      const openai = await test.send('/v1/chat/completions', ask('Hi'), wrong);
      const none = await test.send('/v1/models');

      expect(openai.statusCode).toBe(401);
      expect(await openai.body.json()).toMatchObject({
        error: { code: 'invalid_api_key', param: null },
      });
      expect(none.statusCode).toBe(401);
    } finally {
      await test.close();
    }
  });

  it('refuses a body over its limit and serves the connection on', async () => {
    const test = await startForTest({ bodyLimitBytes: 500 });
    try {
      const long = await test.send(
        '/v1/chat/completions',
        ask('long '.repeat(50_000)),
      );
      expect(long.statusCode).toBe(413);
      expect(await long.body.json()).toMatchObject({
        error: { code: 'request_too_large' },
      });
      await test.openai.chat.completions.create(ask('Short?'));
    } finally {
      await test.close();
    }
  });

  it('serves any model when told to', async () => {
    const test = await startForTest({ models: 'any' });
    try {
      const request = { ...ask('Hi'), model: 'house/model:7b' };
      const answer = await test.openai.chat.completions.create(request);
      expect(answer.model).toBe('house/model:7b');
    } finally {
      await test.close();
    }
  });

  it('lets time pass before the first token and between tokens', async () => {
    const test = await startForTest({ firstTokenMs: 60, betweenTokensMs: 5 });
    try {
      const startMs = performance.now();
      const stream = await test.openai.chat.completions.create({
        ...ask('Hi'),
        max_tokens: 10,
        stream: true,
      });
      const firstMs = performance.now() - startMs;
      for await (const _ of stream);
      const lastMs = performance.now() - startMs;

      // Timers may fire up to a millisecond early; nothing bounds how late on a busy machine.
      expect(firstMs).toBeGreaterThan(58);
      expect(lastMs).toBeGreaterThan(60 + 9 * 5 - 2);
    } finally {
      await test.close();
    }
  });
});
