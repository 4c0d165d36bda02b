import { startModelSimulator } from '@sovereign-ai-mesh/model-simulator';
import { startTestGateway } from './__testUtils__/startTestGateway';
import { STAGE_NAMES } from './pipeline';
import { PATHS, Route } from './routes';

const MESSAGES = [{ role: 'user', content: 'hi' }];

/** The least that each route takes, by the model that serves it. */
const BODIES: Record<
  Route['name'],
  { model: string; [name: string]: unknown }
> = {
  chat: { model: 'mini', messages: MESSAGES },
  completion: { model: 'mini', prompt: 'hi' },
  response: { model: 'mini', input: 'hi' },
  message: { model: 'mini', messages: MESSAGES, max_tokens: 10 },
  embedding: { model: 'text-embedding-3-small', input: 'hi' },
  moderation: { model: 'omni-moderation-latest', input: 'hi' },
  image: { model: 'dall-e-3', prompt: 'a parcel' },
  speech: { model: 'tts-1', input: 'hi', voice: 'alloy' },
  transcription: { model: 'whisper-1' },
  translation: { model: 'whisper-1' },
  models: { model: 'mini' },
  model: { model: 'mini' },
};

function formOf(model: string) {
  const form = new FormData();
  form.set('model', model);
  form.set('file', new Blob(['RIFF and so on']), 'call.wav');
  return new Response(form);
}

it.each(PATHS)(
  'takes a call of $route.method $path through every stage, once and in order',
  async ({ path, route }) => {
    const simulator = await startModelSimulator({ models: 'any' });
    const ran: string[] = [];
    const mesh = await startTestGateway({
      upstreamUrl: simulator.url,
      decorateStage: stage => ({
        ...stage,
        run(call) {
          ran.push(stage.name);
          return stage.run(call);
        },
      }),
    });
    const content = BODIES[route.name];
    const isForm =
      route.name === 'transcription' || route.name === 'translation';
    const form = isForm ? formOf(content.model) : undefined;
    const body = form
      ? Buffer.from(await form.arrayBuffer())
      : JSON.stringify(content);
    const answer = await mesh.call(path.replace('{model}', content.model), {
      method: route.method,
      headers: {
        authorization: `Bearer ${mesh.key.secret}`,
        'content-type': form?.headers.get('content-type') ?? 'application/json',
      },
      body: route.method === 'POST' ? body : undefined,
    });
    const text = await answer.text();
    expect({ status: answer.status, text }).toEqual({ status: 200, text });
    expect(ran).toEqual([...STAGE_NAMES]);
    await mesh.close();
    await simulator.close();
  },
);
