import { crc32, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { startForTest } from '../__testUtils__/startForTest';
import { countTokens } from '../tokens/tokenise';
import { writePng } from './writePng';

describe('POST /v1/images/generations', () => {
  let test: Awaited<ReturnType<typeof startForTest>>;

  beforeAll(async () => {
    test = await startForTest();
  });
  beforeEach(() => test.simulator.reset());
  afterAll(() => test.close());

  it('makes n different pictures, the same each time, and counts tokens for gpt-image', async () => {
    const request = {
      model: 'gpt-image-1',
      prompt: 'A red parcel',
      n: 2,
      quality: 'low' as const,
      size: '1024x1536' as const,
    };
    const first = await test.openai.images.generate(request);
    const again = await test.openai.images.generate(request);

    const pictures = first.data?.map(each => each.b64_json ?? '') ?? [];
    const promptTokens = countTokens('A red parcel');
    expect(new Set(pictures).size).toBe(2);
    expect(again.data).toEqual(first.data);
    expect(first.usage).toMatchObject({
      input_tokens: promptTokens,
      output_tokens: 816,
      total_tokens: promptTokens + 816,
    });
    expect(test.simulator.usage().totals['gpt-image-1']).toEqual({
      requests: 2,
      promptTokens: 2 * promptTokens,
      cachedTokens: 0,
      completionTokens: 2 * 816,
      images: 4,
    });
  });

  it('counts pictures alone for DALL·E, also where Azure names it in the path', async () => {
    const request = { model: 'dall-e-3', prompt: 'A red parcel' };
    const openai = await test.openai.images.generate(request);
    const azure = await test.azure.images.generate({
      ...request,
      response_format: 'url',
    });

    expect(openai.usage).toBeUndefined();
    expect(azure.data?.[0].url).toMatch(/^https:/);
    expect(test.simulator.usage().totals['dall-e-3']).toMatchObject({
      promptTokens: 0,
      completionTokens: 0,
      images: 2,
    });
  });

  it('leaves out the usage when it is asked to', async () => {
    const { usage } = await test.openai.images.generate(
      { model: 'gpt-image-1', prompt: 'A red parcel' },
      { headers: { 'x-simulator-fault': 'no-usage' } },
    );

    expect(usage).toBeUndefined();
  });
});

describe('writePng', () => {
  it('writes a signature and chunks whose lengths and checksums are right', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), seed => {
        const png = writePng(seed);
        expect(png.subarray(1, 4).toString()).toBe('PNG');
        const chunks = chunksOf(png);
        for (const { body, checksum } of chunks) {
          expect(checksum).toBe(crc32(body));
        }
        expect([...inflateSync(chunks[1].body.subarray(4))]).toEqual([
          0,
          seed >>> 24,
          (seed >>> 16) & 0xff,
          (seed >>> 8) & 0xff,
        ]);
        expect(chunks.map(({ body }) => body.toString('latin1', 0, 4))).toEqual(
          ['IHDR', 'IDAT', 'IEND'],
        );
      }),
    ));
});

/** The type and data of each chunk, with the checksum that stands behind them. */
function chunksOf(png: Buffer): { body: Buffer; checksum: number }[] {
  const chunks = [];
  let start = 8;
  while (start < png.length) {
    const end = start + 8 + png.readUInt32BE(start);
    const body = png.subarray(start + 4, end);
    chunks.push({ body, checksum: png.readUInt32BE(end) });
    start = end + 4;
  }
  return chunks;
}
