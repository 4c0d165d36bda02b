import OpenAI, { toFile } from 'openai';
import { collect, Mesh } from './__testUtils__/Mesh';

let mesh: Mesh;
let client: OpenAI;

beforeAll(async () => {
  mesh = await Mesh.start();
  client = mesh.openai();
});

beforeEach(() => mesh.forget());

afterAll(() => mesh.close());

async function linesOf(requestId: string | null | undefined) {
  const { lines, estimated } = await mesh.booked(requestId);
  expect(estimated).toBe(false);
  return lines.map(({ tokenClass, tokens }) => [tokenClass, Number(tokens)]);
}

describe('what the real openai package calls besides text', () => {
  it('embeds: in floats, in base64, shortened, and from tokens', async () => {
    const ask = {
      model: 'text-embedding-3-small',
      input: ['a box', 'a letter'],
    };
    const plain = await client.embeddings.create(ask); // asks for base64 by itself
    expect(mesh.received().json).toEqual({ ...ask, encoding_format: 'base64' });
    const floats = await client.embeddings.create({
      ...ask,
      encoding_format: 'float',
    });
    expect(floats.data[1].embedding).toHaveLength(
      plain.data[1].embedding.length,
    );
    expect(floats.data[1].embedding[0]).toBeCloseTo(
      plain.data[1].embedding[0],
      5,
    );
    const short = await client.embeddings.create({
      ...ask,
      input: [[1, 2, 3]],
      dimensions: 64,
    });
    expect(short.data[0].embedding).toHaveLength(64);
    expect(await linesOf(plain._request_id)).toEqual([
      ['embedding', plain.usage.prompt_tokens],
    ]);
  });

  it('moderates, free, with the model that the client leaves out', async () => {
    const input = [
      { type: 'text' as const, text: 'violence' },
      {
        type: 'image_url' as const,
        image_url: { url: 'https://example.com/a.png' },
      },
    ];
    const { results, _request_id: id } = await client.moderations.create({
      input,
    });
    expect(results[0]).toMatchObject({
      flagged: true,
      categories: { violence: true },
    });
    expect(mesh.received().json).toMatchObject({ input });
    expect(id).toMatch(/^req_/);
  });

  it('makes pictures, charged by the picture', async () => {
    const request = { model: 'dall-e-3', prompt: 'A parcel', n: 1 };
    const { data, _request_id: id } = await client.images.generate({
      ...request,
      response_format: 'b64_json',
    });
    expect(data).toHaveLength(1);
    expect(await linesOf(id)).toEqual([['image', 1]]);
    expect(mesh.received().url).toBe('/v1/images/generations');
  });

  it('makes pictures, charged by the token', async () => {
    const { usage, _request_id: id } = await client.images.generate({
      model: 'gpt-image-1',
      prompt: 'A parcel',
      quality: 'low',
    });
    expect(await linesOf(id)).toEqual([
      ['input', usage?.input_tokens],
      ['image-output', usage?.output_tokens],
    ]);
  });

  it('speaks: every byte of the sound, charged by the character', async () => {
    const { data, request_id: id } = await client.audio.speech
      .create({ model: 'tts-1', input: 'Grüße 🚚', voice: 'alloy' })
      .withResponse();
    expect(data.headers.get('content-type')).toBe('audio/mpeg');
    const sound = Buffer.from(await data.arrayBuffer());
    expect(sound.length).toBeGreaterThan(100);
    expect(sound.readUInt16BE(0) & 0xffe0).toBe(0xffe0); // a frame of MP3
    expect(await linesOf(id)).toEqual([['character', 7]]);
  });

  describe('hears', () => {
    const bytes = Buffer.concat([
      wavHeader(32_000),
      Buffer.from(Array.from({ length: 32_000 }, (_, at) => (at * 7) % 256)),
    ]);
    const file = () => toFile(bytes, 'a call.wav', { type: 'audio/wav' });

    it('every byte of a file, charged by the second', async () => {
      const heard = await client.audio.transcriptions.create({
        model: 'whisper-1',
        file: await file(),
        response_format: 'verbose_json',
        language: 'de',
      });
      expect(heard.text).not.toBe('');
      const { body, url } = mesh.received();
      expect(url).toBe('/v1/audio/transcriptions');
      expect(body.includes(bytes)).toBe(true);
      expect(`${body}`).toContain('name="language"\r\n\r\nde\r\n');
      expect(await linesOf(heard._request_id)).toEqual([['audio-second', 2]]);
    });

    it.each(['text', 'srt', 'vtt'] as const)('and writes %s', async format => {
      const heard: unknown = await client.audio.transcriptions.create({
        model: 'whisper-1',
        file: await file(),
        response_format: format,
      });
      expect(heard).toEqual(expect.any(String));
      expect(heard).not.toMatch(/^\s*[{"]/);
    });

    it('and streams, charged by the token', async () => {
      const { data, request_id: id } = await client.audio.transcriptions
        .create({
          model: 'gpt-4o-transcribe',
          file: await file(),
          stream: true,
        })
        .withResponse();
      const events = await collect(data);
      const words = events.map(event =>
        event.type === 'transcript.text.delta' ? event.delta : '',
      );
      const last = events.at(-1);
      expect(last).toMatchObject({
        type: 'transcript.text.done',
        text: words.join(''),
      });
      const record = await mesh.booked(id);
      expect(record).toMatchObject({ streamed: true, estimated: false });
    });

    it('and translates', async () => {
      const heard = await client.audio.translations.create({
        model: 'whisper-1',
        file: await file(),
      });
      expect(heard.text).not.toBe('');
      expect(mesh.received().url).toBe('/v1/audio/translations');
    });
  });

  it('lists models, and shows one', async () => {
    const all = await collect(client.models.list());
    const names = all.map(({ id }) => id);
    expect(names).toEqual(
      expect.arrayContaining(['gpt-4o', 'claude-sonnet-5', 'tts-1']),
    );
    expect(names).not.toContain('not-for-this-key');
    const model = await client.models.retrieve('claude-sonnet-5');
    expect(model).toMatchObject({ id: 'claude-sonnet-5', object: 'model' });
    expect(model._request_id).toMatch(/^req_/);
    expect(mesh.simulator.received()).toEqual([]);
  });
});

/** Of a file with sound of 16,000 bytes a second. */
function wavHeader(soundBytes: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + soundBytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(soundBytes, 40);
  return header;
}
