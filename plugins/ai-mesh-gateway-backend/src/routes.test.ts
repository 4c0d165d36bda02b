import { startModelSimulator } from '@sovereign-ai-mesh/model-simulator';
import { startTestGateway } from './__testUtils__/startTestGateway';
import { STAGE_NAMES } from './pipeline';
import { ROUTES } from './routes';

it('takes every call of every route through every stage, once and in order', async () => {
  const simulator = await startModelSimulator({ models: 'any' });
  let ran: string[] = [];
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
  const bodies = {
    chat: { model: 'mini', messages: [{ role: 'user', content: 'hi' }] },
    embedding: { model: 'text-embedding-3-small', input: 'hi' },
    models: undefined,
    model: undefined,
  };
  for (const route of ROUTES) {
    ran = [];
    const path = route.path.endsWith('/') ? `${route.path}mini` : route.path;
    const body = bodies[route.name];
    const answer = await mesh.call(path, {
      method: route.method,
      headers: {
        authorization: `Bearer ${mesh.key.secret}`,
        'content-type': 'application/json',
      },
      body: body && JSON.stringify(body),
    });
    expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    await answer.arrayBuffer();
    expect({ path, ran }).toEqual({ path, ran: [...STAGE_NAMES] });
  }
  await mesh.close();
  await simulator.close();
});
