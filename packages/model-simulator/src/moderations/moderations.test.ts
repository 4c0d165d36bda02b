import { startForTest } from '../__testUtils__/startForTest';

describe('POST /v1/moderations', () => {
  let test: Awaited<ReturnType<typeof startForTest>>;

  beforeAll(async () => {
    test = await startForTest();
  });
  beforeEach(() => test.simulator.reset());
  afterAll(() => test.close());

  it('judges each text alone, the same each time, and costs nothing', async () => {
    const request = { input: ['A cake recipe', 'Scenes of violence!'] };
    const first = await test.openai.moderations.create(request);
    const again = await test.openai.moderations.create(request);

    const [cake, scenes] = first.results;
    expect(first.model).toBe('omni-moderation-latest');
    expect(cake.flagged).toBe(false);
    expect(scenes.flagged).toBe(true);
    expect(scenes.categories.violence).toBe(true);
    expect(scenes.categories['violence/graphic']).toBe(false);
    expect(scenes.category_scores.violence).toBeGreaterThan(0.9);
    expect(Object.keys(scenes.category_applied_input_types)).toHaveLength(13);
    expect(again.results).toEqual(first.results);
    expect(test.simulator.usage().totals).toEqual({
      'omni-moderation-latest': {
        requests: 2,
        promptTokens: 0,
        cachedTokens: 0,
        completionTokens: 0,
      },
    });
  });

  it('judges text and pictures of one input together', async () => {
    const { results } = await test.openai.moderations.create({
      model: 'omni-moderation-latest',
      input: [
        { type: 'text', text: 'Hello' },
        { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
      ],
    });

    expect(results).toHaveLength(1);
    expect(results[0].category_applied_input_types.violence).toEqual([
      'text',
      'image',
    ]);
  });
});
