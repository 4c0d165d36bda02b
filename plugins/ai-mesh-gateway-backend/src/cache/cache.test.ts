import { startModelSimulator } from '@sovereign-ai-mesh/model-simulator';
import {
  SnapshotInput,
  snapshotSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import {
  startTestGateway,
  testSnapshot,
  waitFor,
} from '../__testUtils__/startTestGateway';

const BODY = {
  model: 'mini',
  messages: [{ role: 'user', content: 'Where is my parcel?' }],
};

describe('the exact cache, in a gateway', () => {
  async function setUp(cacheSeconds: number | undefined) {
    const simulator = await startModelSimulator({ models: 'any' });
    const key = generateKey();
    const plain: SnapshotInput = JSON.parse(JSON.stringify(testSnapshot(key)));
    const asked = plain.models.find(({ name }) => name === 'mini');
    if (asked) asked.routing = { cacheSeconds };
    const mesh = await startTestGateway({
      upstreamUrl: simulator.url,
      key,
      snapshot: snapshotSchema.parse(plain),
    });
    const call = async (body: object, headers: Record<string, string> = {}) => {
      const answer = await mesh.call('/v1/chat/completions', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${mesh.key.secret}`,
          'content-type': 'application/json',
          ...headers,
        },
        body: JSON.stringify(body),
      });
      return { headers: answer.headers, text: await answer.text() };
    };
    return {
      mesh,
      call,
      upstreamCount: () => simulator.usage().requests.length,
      async close() {
        await mesh.close();
        await simulator.close();
      },
    };
  }

  it.each([{}, { stream: true }])(
    'answers an equal request with the same bytes, for nothing, and books what was avoided: %j',
    async more => {
      const { mesh, call, upstreamCount, close } = await setUp(60);
      const body = { ...BODY, ...more };
      const first = await call(body);
      const second = await call(body);
      expect(second.text).toBe(first.text);
      expect(upstreamCount()).toBe(1);
      expect(second.headers.get('x-ai-mesh-served-because')).toBe('cache');
      expect(second.headers.get('age')).toBe('0');
      await waitFor(() => mesh.controlPlane.records.size === 2);
      const [paid, spared] = [first, second].map(({ headers }) =>
        mesh.controlPlane.records.get(headers.get('x-request-id') ?? ''),
      );
      const cost = (lines: Array<{ costPicoUsd: bigint }> = []) =>
        lines.reduce((sum, { costPicoUsd }) => sum + costPicoUsd, 0n);
      expect(cost(paid?.lines)).toBeGreaterThan(0n);
      expect(cost(spared?.lines)).toBe(0n);
      expect(spared).toMatchObject({
        servedBecause: 'cache',
        avoidedPicoUsd: cost(paid?.lines),
      });
      await close();
    },
  );

  it('asks again where the caller wants a new answer, and where the model has no cache', async () => {
    const cached = await setUp(60);
    await cached.call(BODY);
    await cached.call(BODY, { 'cache-control': 'no-cache' });
    expect(cached.upstreamCount()).toBe(2);
    await cached.close();

    const uncached = await setUp(undefined);
    await uncached.call(BODY);
    await uncached.call(BODY);
    expect(uncached.upstreamCount()).toBe(2);
    await uncached.close();
  });
});
