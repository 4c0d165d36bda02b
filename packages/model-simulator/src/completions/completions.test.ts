import { startForTest } from '../__testUtils__/startForTest';
import { countTokens, encodeTokens } from '../tokens/tokenise';

const MODEL = 'gpt-3.5-turbo-instruct';

describe('POST /v1/completions', () => {
  let test: Awaited<ReturnType<typeof startForTest>>;

  beforeAll(async () => {
    test = await startForTest();
  });
  beforeEach(() => test.simulator.reset());
  afterAll(() => test.close());

  it('answers each prompt n times, in the order of the prompts, and counts all of it', async () => {
    const prompt = ['Once upon a time', 'The price of tea'];
    const answer = await test.openai.completions.create(
      { model: MODEL, prompt, n: 2, max_tokens: 30 },
      { headers: { 'x-request-id': 'legacy' } },
    );

    const texts = answer.choices.map(choice => choice.text);
    expect(answer.object).toBe('text_completion');
    expect(answer.choices.map(choice => choice.index)).toEqual([0, 1, 2, 3]);
    expect(new Set(texts).size).toBe(4);
    const promptTokens = countTokens(prompt[0]) + countTokens(prompt[1]);
    const completionTokens = texts
      .map(countTokens)
      .reduce((sum, count) => sum + count);
    expect(answer.usage).toMatchObject({
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    });
    expect(test.simulator.usage().requests).toMatchObject([
      { requestId: 'legacy', model: MODEL, promptTokens, completionTokens },
    ]);
  });

  it('writes 16 tokens when nobody says how much', async () => {
    const { choices, usage } = await test.openai.completions.create({
      model: MODEL,
      prompt: 'Once',
    });

    expect(usage?.completion_tokens).toBe(16);
    expect(choices[0].finish_reason).toBe('length');
  });

  it('takes tokens for text', async () => {
    const create = (prompt: string | number[] | number[][]) =>
      test.openai.completions.create({ model: MODEL, prompt });
    const text = await create('Once upon');
    const tokens = await create(encodeTokens('Once upon'));
    const lists = await create([encodeTokens('Once upon')]);

    expect(tokens.choices).toEqual(text.choices);
    expect(lists.choices).toEqual(text.choices);
    expect(tokens.usage).toEqual(text.usage);
  });

  it('streams the very texts that it answers whole, and then its usage', async () => {
    const request = { model: MODEL, prompt: 'Once', n: 2, logprobs: 2 };
    const whole = await test.openai.completions.create(request);
    const stream = await test.openai.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);

    const texts = ['', ''];
    const offsets: (number | undefined)[][] = [[], []];
    for (const { choices } of chunks) {
      for (const { index, text, logprobs } of choices) {
        texts[index] += text;
        if (logprobs) offsets[index].push(logprobs.text_offset?.[0]);
      }
    }
    expect(texts).toEqual(whole.choices.map(choice => choice.text));
    expect(offsets).toEqual(
      whole.choices.map(choice => choice.logprobs?.text_offset),
    );
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(chunks.slice(0, -1).every(chunk => chunk.usage === null)).toBe(true);
  });

  it("ends with [DONE], also on Azure's deployment path", async () => {
    const { body } = await test.send(
      `/openai/deployments/${MODEL}/completions?api-version=2024-10-21`,
      { prompt: 'Once', stream: true },
    );
    const text = await body.text();

    expect(text).toContain('prompt_filter_results');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('ends before a stop sequence', async () => {
    const whole = await test.openai.completions.create({
      model: MODEL,
      prompt: 'Once',
      max_tokens: 200,
    });
    const [, word] = whole.choices[0].text.split(' ');
    const stopped = await test.openai.completions.create({
      model: MODEL,
      prompt: 'Once',
      max_tokens: 200,
      stop: [' nowhere', ` ${word}`],
    });

    const { text, finish_reason: reason } = stopped.choices[0];
    expect(text).toBe(whole.choices[0].text.split(` ${word}`)[0]);
    expect(reason).toBe('stop');
    expect(stopped.usage?.completion_tokens).toBe(countTokens(text));
  });

  it('refuses a token that is none', async () => {
    await expect(
      test.openai.completions.create({ model: MODEL, prompt: [999_999] }),
    ).rejects.toMatchObject({ status: 400, param: 'prompt.0' });
  });
});
