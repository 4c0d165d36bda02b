import {
  FaultRule,
  startModelSimulator,
} from '@sovereign-ai-mesh/model-simulator';
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

const PAYER = 'group:default/platform-engineering';
const MESSAGES = [{ role: 'user' as const, content: 'Where is my parcel?' }];

async function setUp(
  shadow: { share: number; dailyCapPicoUsd: string },
  faults: FaultRule[] = [],
) {
  const simulator = await startModelSimulator({ models: 'any', faults });
  const key = generateKey();
  const plain: SnapshotInput = JSON.parse(JSON.stringify(testSnapshot(key)));
  const asked = plain.models.find(({ name }) => name === 'mini');
  if (asked) {
    asked.routing = {
      shadow: { model: 'gpt-4o', departmentRef: PAYER, ...shadow },
    };
  }
  plain.departments.push({ ref: PAYER, budgetEpoch: 1 });
  const mesh = await startTestGateway({
    upstreamUrl: simulator.url,
    key,
    snapshot: snapshotSchema.parse(plain),
  });
  const records = () => [...mesh.controlPlane.records.values()];
  return {
    simulator,
    mesh,
    records,
    async close() {
      await mesh.close();
      await simulator.close();
    },
  };
}

it.each([false, true])(
  'sends a copy to the candidate, paid for by its own department (stream: %p)',
  async stream => {
    const { mesh, records, close } = await setUp({
      share: 1,
      dailyCapPicoUsd: '1000000000000',
    });
    const answer = await mesh.call('/v1/chat/completions', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${mesh.key.secret}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ model: 'mini', messages: MESSAGES, stream }),
    });
    expect(answer.headers.get('x-ai-mesh-model')).toBe('mini');
    await answer.text();
    await waitFor(() => records().length === 2);
    const id = answer.headers.get('x-request-id');
    const own = records().find(({ requestId }) => requestId === id);
    const copy = records().find(({ requestId }) => requestId !== id);
    expect(own).toMatchObject({ model: 'mini', servedBecause: 'requested' });
    expect(copy).toMatchObject({
      requestId: `${id}-shadow`,
      model: 'gpt-4o',
      requestedModel: 'mini',
      servedBecause: 'shadow',
      departmentRef: PAYER,
      keyId: mesh.key.id,
      estimated: false,
    });
    await close();
  },
);

it('sends none above its cap, and counts them; callers notice nothing', async () => {
  const { mesh, records, simulator, close } = await setUp({
    share: 1,
    dailyCapPicoUsd: '1',
  });
  await mesh.client.chat.completions.create({
    model: 'mini',
    messages: MESSAGES,
  });
  await waitFor(() => records().length === 1);
  await mesh.gateway.close();
  expect(records()).toHaveLength(1);
  expect(simulator.usage().requests).toHaveLength(1);
  await close();
});

it('never delays the caller: a candidate that hangs holds up nobody, nor the end of the gateway', async () => {
  const { mesh, records, close } = await setUp(
    { share: 1, dailyCapPicoUsd: '1000000000000' },
    [{ kind: 'hang', model: 'gpt-4o' }],
  );
  const calls = Array.from({ length: 100 }, (_, index) =>
    mesh.client.chat.completions.create({
      model: 'mini',
      messages: MESSAGES,
      max_tokens: 5,
      seed: index,
    }),
  );
  expect(await Promise.all(calls)).toHaveLength(100);
  await mesh.gateway.close();
  const because = records().map(({ servedBecause }) => servedBecause);
  expect(because.filter(each => each === 'requested')).toHaveLength(100);
  // what hung was at the candidate: it is booked, as an estimate, and what was in the queue is not
  const copies = records().filter(each => each.servedBecause === 'shadow');
  expect(copies).toHaveLength(8);
  expect(copies.every(({ estimated }) => estimated)).toBe(true);
  await close();
}, 20_000);
