import { APIError, toFile } from 'openai';
import { collect, failureOf, Mesh } from './__testUtils__/Mesh';

const MESSAGES = [{ role: 'user' as const, content: 'Where is my parcel?' }];
const ASK = { model: 'gpt-4o', messages: MESSAGES, seed: 7 };

let mesh: Mesh;

beforeAll(async () => {
  mesh = await Mesh.start();
});

beforeEach(() => mesh.forget());

afterAll(() => mesh.close());

describe('AzureOpenAI of the real openai package', () => {
  it('chats by deployment and API version, with its key in api-key', async () => {
    const completion = await mesh.azure().chat.completions.create(ASK);
    expect(completion.choices[0].message.content).not.toBe('');
    const [{ url, headers }] = mesh.seen;
    expect(new URL(url).pathname).toBe(
      '/openai/deployments/gpt-4o/chat/completions',
    );
    expect(new URL(url).search).toBe('?api-version=2024-10-21');
    expect(headers.get('api-key')).toBe(mesh.keys.main.secret);
    expect(headers.has('authorization')).toBe(false);
    const received = mesh.received();
    expect(received.url).toBe('/v1/chat/completions');
    expect(received.headers['api-key']).toBeUndefined();
    expect(await mesh.booked(completion._request_id)).toMatchObject({
      model: 'gpt-4o',
      estimated: false,
    });
  });

  it('streams the same words as the plain client', async () => {
    const whole = await mesh.openai().chat.completions.create(ASK);
    const stream = await mesh
      .azure()
      .chat.completions.create({ ...ASK, stream: true });
    const chunks = await collect(stream);
    expect(
      chunks.map(({ choices }) => choices[0].delta.content ?? '').join(''),
    ).toBe(whole.choices[0].message.content);
  });

  it('completes, embeds, paints, speaks and hears by deployment', async () => {
    const azure = mesh.azure();
    await azure.completions.create({ model: 'gpt-4o', prompt: 'Once' });
    await azure.embeddings.create({
      model: 'text-embedding-3-small',
      input: 'a box',
    });
    await azure.images.generate({ model: 'dall-e-3', prompt: 'A parcel' });
    await azure.audio.speech.create({
      model: 'tts-1',
      input: 'Hello',
      voice: 'alloy',
    });
    await azure.audio.transcriptions.create({
      model: 'whisper-1',
      file: await toFile(Buffer.alloc(2000, 1), 'call.wav'),
    });
    expect(mesh.seen.map(({ url }) => new URL(url).pathname)).toEqual([
      '/openai/deployments/gpt-4o/completions',
      '/openai/deployments/text-embedding-3-small/embeddings',
      '/openai/deployments/dall-e-3/images/generations',
      '/openai/deployments/tts-1/audio/speech',
      '/openai/deployments/whisper-1/audio/transcriptions',
    ]);
    expect(mesh.simulator.received().map(({ url }) => url)).toEqual([
      '/v1/completions',
      '/v1/embeddings',
      '/v1/images/generations',
      '/v1/audio/speech',
      '/v1/audio/transcriptions',
    ]);
  });

  it('asks for responses and models at the paths without a deployment', async () => {
    // as Azure serves them in its dated API: /openai/responses and /openai/models
    const azure = mesh.azure();
    const response = await azure.responses.create({
      model: 'gpt-4o',
      input: 'Hello?',
    });
    expect(response.output_text).not.toBe('');
    const models = await collect(azure.models.list());
    expect(models.map(({ id }) => id)).toContain('gpt-4o');
  });

  it('gets errors that it understands', async () => {
    const error = await failureOf(
      mesh.azure().chat.completions.create({ ...ASK, model: 'nobody' }),
    );
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 404, code: 'model_not_found' });
  });
});

describe('the plain client at the address of Azure OpenAI’s first version', () => {
  const client = () => mesh.openai({}, '/openai/v1');

  it('chats and answers, streamed and not', async () => {
    const completion = await client().chat.completions.create(ASK);
    expect(completion.choices[0].message.content).not.toBe('');
    const stream = await client().chat.completions.create({
      ...ASK,
      stream: true,
    });
    expect(await collect(stream)).not.toHaveLength(0);
    const response = await client().responses.create({
      model: 'gpt-4o',
      input: 'Hello?',
    });
    expect(response.output_text).not.toBe('');
    expect(mesh.seen.map(({ url }) => new URL(url).pathname)).toEqual([
      '/openai/v1/chat/completions',
      '/openai/v1/chat/completions',
      '/openai/v1/responses',
    ]);
  });

  it('embeds and lists', async () => {
    const { data } = await client().embeddings.create({
      model: 'text-embedding-3-small',
      input: 'a box',
    });
    expect(data).toHaveLength(1);
    const models = await collect(client().models.list());
    expect(models.map(({ id }) => id)).toContain('gpt-4o');
  });
});
