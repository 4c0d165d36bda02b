import {
  FaultRule,
  startModelSimulator,
} from '@sovereign-ai-mesh/model-simulator';
import {
  BudgetMeasure,
  parseUsd,
  PicoUsd,
  picoUsd,
  SnapshotInput,
  snapshotSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import {
  startTestGateway,
  TEST_DEPARTMENT,
  testSnapshot,
  waitFor,
} from './__testUtils__/startTestGateway';

const APPLICATION = 'component:default/support-bot';
const MESSAGES = [{ role: 'user' as const, content: 'Where is my parcel?' }];

/** A gateway in front of the simulator, whose snapshot is as a test changes it. */
async function setUp(options: {
  change?: (snapshot: SnapshotInput) => void;
  budget?: PicoUsd;
  firstTokenMs?: number;
  faults?: FaultRule[];
}) {
  const simulator = await startModelSimulator({
    models: 'any',
    keepRequests: 100,
    firstTokenMs: options.firstTokenMs,
    faults: options.faults,
  });
  const key = generateKey();
  const plain: SnapshotInput = JSON.parse(JSON.stringify(testSnapshot(key)));
  options.change?.(plain);
  const mesh = await startTestGateway({
    upstreamUrl: simulator.url,
    key,
    snapshot: snapshotSchema.parse(plain),
    budgetPicoUsd: options.budget,
    sparePicoUsd: picoUsd(0n),
  });
  const ask = (body: object = {}, headers: Record<string, string> = {}) =>
    mesh.call('/v1/chat/completions', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${mesh.key.secret}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify({ model: 'gpt-4o', messages: MESSAGES, ...body }),
    });
  return {
    simulator,
    mesh,
    ask,
    async close() {
      await mesh.close();
      await simulator.close();
    },
  };
}

const measures =
  (...all: BudgetMeasure[]) =>
  (snapshot: SnapshotInput) => {
    snapshot.departments[0].measures = all;
  };

/** `mini` stands in for `gpt-4o` when a budget is used up. */
function withStandIn(snapshot: SnapshotInput) {
  const model = snapshot.models.find(({ name }) => name === 'gpt-4o');
  if (!model) throw new Error('There is no gpt-4o');
  model.routing = { fallbacks: [{ model: 'mini', on: ['budget'] }] };
}

const NON_CRITICAL = { 'x-ai-mesh-criticality': 'non-critical' };

describe('budgets of applications, keys and models', () => {
  it.each<[string, (snapshot: SnapshotInput) => void, object]>([
    ['nothing but the department', () => {}, {}],
    [
      'an application',
      snapshot => {
        snapshot.applications = [{ ref: APPLICATION, budget: { epoch: 1 } }];
      },
      { applicationRef: APPLICATION },
    ],
    [
      'a model of the department',
      snapshot => {
        snapshot.departments[0].modelBudgets = { 'gpt-4o': { epoch: 4 } };
      },
      { model: 'gpt-4o' },
    ],
    [
      'a model that is not called',
      snapshot => {
        snapshot.departments[0].modelBudgets = { mini: { epoch: 4 } };
      },
      {},
    ],
  ])('asks for leases on %s', async (_, change, expected) => {
    const { mesh, ask, close } = await setUp({ change });
    expect((await ask({ max_tokens: 10 })).status).toBe(200);
    const [{ neededPicoUsd, ...budgets }] = mesh.controlPlane.requests;
    expect(BigInt(neededPicoUsd) > 0n).toBe(true);
    expect(budgets).toEqual({ departmentRef: TEST_DEPARTMENT, ...expected });
    await close();
    expect(mesh.controlPlane.leasedPicoUsd).toBe(0n);
  });

  it('asks for a key and its model together, and for the model that serves', async () => {
    const { mesh, ask, close } = await setUp({
      change: snapshot => {
        withStandIn(snapshot);
        snapshot.keys[0].budget = {
          epoch: 1,
          measures: [{ action: 'cheaper-model' }],
          models: { mini: { epoch: 1 } },
        };
      },
    });
    const answer = await ask({ max_tokens: 10 }, NON_CRITICAL);
    expect(answer.headers.get('x-ai-mesh-model')).toBe('mini');
    const { keyId, model } = mesh.controlPlane.requests[0];
    expect({ keyId, model }).toEqual({ keyId: mesh.key.id, model: 'mini' });
    await close();
  });
});

describe.each([false, true])('a passed threshold (stream: %p)', stream => {
  it('blocks every call, and says whose budget it is', async () => {
    const { simulator, ask, mesh, close } = await setUp({
      change: measures({ action: 'block' }),
    });
    const answer = await ask({ stream });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(await answer.json()).toMatchObject({
      error: {
        code: 'insufficient_quota',
        message:
          'A threshold of the department\'s budget, or of one above it, has been passed; its rule "block" refuses every call.',
      },
    });
    expect(simulator.received()).toHaveLength(0);
    expect(mesh.controlPlane.leaseRequestCount).toBe(0);
    await close();
  });

  it('blocks one model, for which another stands in', async () => {
    const { ask, close } = await setUp({
      change: snapshot => {
        withStandIn(snapshot);
        snapshot.departments[0].modelBudgets = {
          'gpt-4o': { epoch: 1, measures: [{ action: 'block' }] },
        };
      },
    });
    const answer = await ask({ stream, max_tokens: 10 }, NON_CRITICAL);
    expect(answer.headers.get('x-ai-mesh-served-because')).toBe(
      'fallback: budget',
    );
    expect(answer.headers.get('x-ai-mesh-budget-measure')).toBe('block');
    await answer.text();
    await close();
  });

  it('sends calls that are not critical to the stand-in at once', async () => {
    const { ask, mesh, close } = await setUp({
      change: snapshot => {
        withStandIn(snapshot);
        measures({ action: 'cheaper-model' })(snapshot);
      },
    });
    const cheap = await ask({ stream, max_tokens: 10 }, NON_CRITICAL);
    expect(cheap.headers.get('x-ai-mesh-model')).toBe('mini');
    expect(cheap.headers.get('x-ai-mesh-served-because')).toBe(
      'fallback: budget',
    );
    expect(cheap.headers.get('x-ai-mesh-budget-measure')).toBe('cheaper-model');
    await cheap.text();
    const critical = await ask({ stream, max_tokens: 10 });
    expect(critical.headers.get('x-ai-mesh-model')).toBe('gpt-4o');
    expect(critical.headers.get('x-ai-mesh-budget-measure')).toBeNull();
    await critical.text();
    await close();
    const records = [...mesh.controlPlane.records.values()];
    expect(records.map(each => each.servedBecause)).toEqual([
      'fallback',
      'requested',
    ]);
  });

  it('leaves a call that is not critical where it is when nothing stands in', async () => {
    const { ask, close } = await setUp({
      change: measures({ action: 'cheaper-model' }),
    });
    const answer = await ask({ stream, max_tokens: 10 }, NON_CRITICAL);
    expect(answer.headers.get('x-ai-mesh-model')).toBe('gpt-4o');
    await answer.text();
    await close();
  });

  it.each([
    ['an answer without a bound', {}, '25', 'cap-output'],
    ['an answer with a higher one', { max_tokens: 100 }, '25', 'cap-output'],
    ['not one that is below it', { max_tokens: 9 }, '9', null],
  ])('caps %s', async (_, bound, sent, told) => {
    const { ask, simulator, mesh, close } = await setUp({
      change: measures({ action: 'cap-output', maxOutputTokens: 25 }),
    });
    const answer = await ask({ stream, ...bound });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-ai-mesh-budget-measure')).toBe(told);
    await answer.text();
    const [{ body }] = simulator.received();
    const parsed = JSON.parse(String(body));
    expect(String(parsed.max_completion_tokens ?? parsed.max_tokens)).toBe(
      sent,
    );
    await close();
    const [record] = mesh.controlPlane.records.values();
    const output = record.lines.find(each => each.tokenClass === 'output');
    expect(Number(output?.tokens)).toBeLessThanOrEqual(Number(sent));
  });

  it('lets a call wait for money to come back', async () => {
    // two answers of 400 tokens would cost 0.008 USD at most
    const budget = parseUsd('0.006');
    const { ask, mesh, close } = await setUp({
      change: measures({ action: 'queue', seconds: 10 }),
      budget,
      firstTokenMs: 100,
    });
    const answers = await Promise.all([
      ask({ stream, max_tokens: 400 }),
      ask({ stream, max_tokens: 400 }),
    ]);
    const told = answers.map(each =>
      each.headers.get('x-ai-mesh-budget-measure'),
    );
    expect(new Set(told)).toEqual(new Set(['queue', null]));
    for (const each of answers) {
      expect(each.status).toBe(200);
      await each.text();
    }
    await close();
    expect(mesh.controlPlane.records.size).toBe(2);
    expect(mesh.controlPlane.bookedPicoUsd <= budget).toBe(true);
  });
});

it('refuses a call that waited in vain, when its time is over', async () => {
  const { ask, close } = await setUp({
    change: measures({ action: 'queue', seconds: 1 }),
    budget: picoUsd(1n),
  });
  const startedAt = Date.now();
  const answer = await ask({ max_tokens: 30 });
  expect(answer.status).toBe(429);
  expect(answer.headers.get('x-ai-mesh-budget-measure')).toBe('queue');
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(990);
  await close();
});

it('lets a call wait no longer than its caller does', async () => {
  const { ask, close } = await setUp({
    change: measures({ action: 'queue', seconds: 60 }),
    budget: picoUsd(1n),
  });
  const answer = await ask(
    { max_tokens: 30 },
    { 'x-stainless-timeout': '0.2' },
  );
  expect(answer.status).toBe(429);
  await close();
});

it('forgets a call that waits when its caller goes', async () => {
  const { ask, mesh, close } = await setUp({
    change: measures({ action: 'queue', seconds: 60 }),
    budget: picoUsd(1n),
  });
  const abort = new AbortController();
  const gone = mesh
    .call('/v1/chat/completions', {
      method: 'POST',
      signal: abort.signal,
      headers: {
        authorization: `Bearer ${mesh.key.secret}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ model: 'gpt-4o', messages: MESSAGES }),
    })
    .catch(error => error);
  await waitFor(() => mesh.gateway.status()?.activeCalls === 1);
  abort.abort();
  expect(await gone).toMatchObject({ name: 'AbortError' });
  await waitFor(() => mesh.gateway.status()?.activeCalls === 0);
  expect(
    (await ask({ model: 'gpt-4o' }, { 'x-stainless-timeout': '0.1' })).status,
  ).toBe(429);
  await close();
});

it.each([false, true])(
  'books in full what a provider counts beyond the bound, and says so: overrun (stream: %p)',
  async stream => {
    const budget = parseUsd('1');
    const { ask, simulator, mesh, close } = await setUp({
      budget,
      faults: [{ kind: 'ignore-max-tokens' }],
    });
    const answer = await ask({ stream, max_tokens: 2 });
    expect(answer.status).toBe(200);
    await answer.text();
    await close();
    const counted = simulator.usage().totals['gpt-4o'];
    expect(counted.completionTokens).toBeGreaterThan(2);
    const [record] = mesh.controlPlane.records.values();
    const output = record.lines.find(each => each.tokenClass === 'output');
    expect(output?.tokens).toBe(BigInt(counted.completionTokens));
    const text = mesh.logger.lines.find(line => line.includes('overrun'));
    expect(text).toContain('"heldPicoUsd"');
    const { bookedPicoUsd, leftPicoUsd, leasedPicoUsd } = mesh.controlPlane;
    expect([leasedPicoUsd, leftPicoUsd]).toEqual([0n, budget - bookedPicoUsd]);
  },
);
