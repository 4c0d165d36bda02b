import { FormData } from 'undici';
import { readEvents } from '../__testUtils__/readEvents';
import { startForTest } from '../__testUtils__/startForTest';
import { countTokens } from '../tokens/tokenise';

/** As `secondsOfSound` reads a file that is no WAV: two and a half seconds. */
const SOUND = Buffer.alloc(40_000, 'sound');

describe('audio', () => {
  const { FormData: formDataOfJest } = globalThis;
  let test: Awaited<ReturnType<typeof startForTest>>;

  beforeAll(async () => {
    // The client builds its form from the global; undici's fetch takes its own only.
    Object.assign(globalThis, { FormData });
    test = await startForTest();
  });
  beforeEach(() => test.simulator.reset());
  afterAll(async () => {
    await test.close();
    Object.assign(globalThis, { FormData: formDataOfJest });
  });

  function sound() {
    return new File([SOUND], 'call.mp3', { type: 'audio/mpeg' });
  }

  describe('POST /v1/audio/speech', () => {
    async function speak(model: string, voice = 'alloy') {
      const speech = await test.openai.audio.speech.create({
        model,
        voice,
        input: 'Your parcel is on its way.',
      });
      const bytes = Buffer.from(await speech.arrayBuffer());
      return { bytes, type: speech.headers.get('content-type') };
    }

    it('answers sound in frames of MP3, the same each time, billed by the character', async () => {
      const { bytes, type } = await speak('tts-1');
      const again = await speak('tts-1');
      const other = await speak('tts-1', 'onyx');

      expect(type).toBe('audio/mpeg');
      expect(bytes.length % 144).toBe(0);
      for (let start = 0; start < bytes.length; start += 144) {
        expect(bytes.readUInt16BE(start)).toBe(0xfffb);
      }
      expect(again.bytes.equals(bytes)).toBe(true);
      expect(other.bytes.equals(bytes)).toBe(false);
      expect(test.simulator.usage().totals['tts-1']).toMatchObject({
        requests: 3,
        promptTokens: 0,
        characters: 3 * 'Your parcel is on its way.'.length,
      });
    });

    it('can be cut in the middle of a sound', async () => {
      const { body } = await test.send(
        '/v1/audio/speech',
        { model: 'tts-1', voice: 'alloy', input: 'Hello' },
        { headers: { 'x-simulator-fault': 'cut' } },
      );

      await expect(body.arrayBuffer()).rejects.toThrow();
    });
  });

  describe('POST /v1/audio/transcriptions', () => {
    it('counts the seconds that have begun for Whisper', async () => {
      const answer = await test.openai.audio.transcriptions.create(
        { model: 'whisper-1', file: sound() },
        { headers: { 'x-request-id': 'one' } },
      );

      expect(answer).toEqual({
        text: expect.any(String),
        usage: { type: 'duration', seconds: 3 },
      });
      expect(test.simulator.usage().requests).toMatchObject([
        { requestId: 'one', model: 'whisper-1', audioSeconds: 3 },
      ]);
    });

    it('counts tokens for gpt-4o-transcribe, whole and streamed', async () => {
      const prompt = 'A parcel';
      const request = { model: 'gpt-4o-transcribe', file: sound(), prompt };
      const { text, usage } = await test.openai.audio.transcriptions.create(
        request,
      );
      const stream = await test.openai.audio.transcriptions.create({
        ...request,
        stream: true,
      });
      const events = [];
      for await (const event of stream) events.push(event);

      expect(usage).toEqual({
        type: 'tokens',
        input_tokens: 25 + countTokens(prompt),
        input_token_details: {
          text_tokens: countTokens(prompt),
          audio_tokens: 25,
        },
        output_tokens: countTokens(text),
        total_tokens: 25 + countTokens(prompt) + countTokens(text),
      });
      expect(
        events
          .map(event =>
            event.type === 'transcript.text.delta' ? event.delta : '',
          )
          .join(''),
      ).toBe(text);
      expect(events.at(-1)).toEqual({
        type: 'transcript.text.done',
        text,
        usage,
      });
    });

    it('streams events without names and without [DONE]', async () => {
      const form = `--limit\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nsound\r\n--limit\r\nContent-Disposition: form-data; name="stream"\r\n\r\ntrue\r\n--limit--\r\n`;
      const { body } = await test.send(
        '/openai/deployments/gpt-4o-transcribe/audio/transcriptions?api-version=2025-03-01',
        form,
        { headers: { 'content-type': 'multipart/form-data; boundary=limit' } },
      );
      const events = readEvents(await body.text());

      expect(events.every(event => event.name === undefined)).toBe(true);
      expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({
        type: 'transcript.text.done',
      });
    });

    it.each([
      ['text', /^[A-Z].*\n$/],
      ['srt', /^1\n00:00:00,000 --> 00:00:02,500\n/],
      ['vtt', /^WEBVTT\n\n00:00:00\.000 --> 00:00:02\.500\n/],
    ] as const)('writes %s', async (format, pattern) => {
      const answer = await test.openai.audio.transcriptions.create({
        model: 'whisper-1',
        file: sound(),
        response_format: format,
      });

      expect(answer).toMatch(pattern);
    });

    it('tells length and segments when it is to be verbose', async () => {
      const answer = await test.openai.audio.transcriptions.create({
        model: 'whisper-1',
        file: sound(),
        response_format: 'verbose_json',
      });

      expect(answer).toMatchObject({
        duration: 2.5,
        segments: [{ text: answer.text, end: 2.5 }],
        usage: { type: 'duration', seconds: 3 },
      });
    });

    it('asks for a file', async () => {
      const { statusCode, body } = await test.send(
        '/v1/audio/transcriptions',
        '--limit\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--limit--',
        { headers: { 'content-type': 'multipart/form-data; boundary=limit' } },
      );

      expect(statusCode).toBe(400);
      expect(await body.json()).toMatchObject({ error: { param: 'file' } });
    });
  });

  it('POST /v1/audio/translations understands the same words', async () => {
    const request = { model: 'whisper-1', file: sound() };
    const said = await test.openai.audio.transcriptions.create(request);
    const translated = await test.openai.audio.translations.create(request);

    expect(translated.text).toBe(said.text);
    expect(test.simulator.usage().totals['whisper-1'].audioSeconds).toBe(6);
  });
});
