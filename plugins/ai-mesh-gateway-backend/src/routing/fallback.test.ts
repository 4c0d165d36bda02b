import {
  ModelSimulator,
  startModelSimulator,
} from '@sovereign-ai-mesh/model-simulator';
import {
  Snapshot,
  SnapshotInput,
  UsageRecord,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import {
  startTestGateway,
  TestGateway,
  testSnapshot,
  waitFor,
} from '../__testUtils__/startTestGateway';
import { recordsOf } from '../link/MemoryControlPlane';

type Models = SnapshotInput['models'];

const CAUSES = [
  'error',
  'rate-limit',
  'timeout',
  'context-length',
  'content-filter',
] as const;

/** `large` and its stand-ins, beside a model for each fault of the simulator. */
function models(): Models {
  const model = (
    name: string,
    routing: Models[number]['routing'],
    targets = [name],
  ): Models[number] => ({
    name,
    kind: 'chat',
    contextTokens: 128_000,
    maxOutputTokens: 1_000,
    routing: { retries: 0, ...routing },
    targets: targets.map((providerModel, order) => ({
      id: `${name}@${providerModel}`,
      provider: 'simulator',
      providerModel,
      order,
      priceVersionId: `price-${providerModel}`,
      rates: { input: '0.000001', output: '0.000002' },
    })),
  });
  const fallbacks = [{ model: 'small', on: [...CAUSES] }];
  return [
    ...CAUSES.map(cause => model(cause, { fallbacks })),
    model('small', {}),
    model('spare', { retries: 1 }, ['error', 'small']),
    model('again', { retries: 1 }),
    model('special', {
      specialists: [{ model: 'error', tasks: ['classify'] }],
    }),
    model('dear', { fallbacks: [{ model: 'small', on: ['budget'] }] }),
  ];
}

function snapshot(key: ReturnType<typeof generateKey>): Snapshot {
  const all = models();
  all
    .find(({ name }) => name === 'dear')
    ?.targets.forEach(target => {
      target.rates = { input: '0.001', output: '0.002' };
    });
  const { keys, ...rest } = testSnapshot(key, { models: all });
  return {
    ...rest,
    keys: keys.map(each => ({ ...each, models: all.map(({ name }) => name) })),
  };
}

/** Whether the first attempt may have cost something, too. */
function isBilled(cause: string): boolean {
  return cause === 'timeout' || cause === 'content-filter';
}

describe('a call that another target or model serves', () => {
  let simulator: ModelSimulator;
  let mesh: TestGateway;
  let booked: UsageRecord[];

  beforeAll(async () => {
    simulator = await startModelSimulator({
      models: 'any',
      faults: [
        { model: 'error', kind: 'error', status: 500 },
        { model: 'rate-limit', kind: 'rate-limit', retryAfterSeconds: 7 },
        { model: 'timeout', kind: 'hang' },
        { model: 'context-length', kind: 'context-length' },
        { model: 'content-filter', kind: 'content-filter' },
        { model: 'again', kind: 'error', status: 503, probability: 0.5 },
      ],
    });
    const key = generateKey();
    mesh = await startTestGateway({
      upstreamUrl: simulator.url,
      key,
      snapshot: snapshot(key),
      limits: { headersTimeoutMs: 500 },
    });
    const { controlPlane } = mesh;
    const sendUsage = controlPlane.sendUsage.bind(controlPlane);
    controlPlane.sendUsage = async batch => {
      const answer = await sendUsage(batch);
      booked.push(...recordsOf(batch));
      return answer;
    };
  });

  beforeEach(() => {
    booked = [];
  });

  afterAll(async () => {
    await mesh.close();
    await simulator.close();
    if (mesh.controlPlane.leasedPicoUsd !== 0n) {
      throw new Error('Money stays held after the last call');
    }
  });

  async function chat(
    model: string,
    options: { body?: object; headers?: Record<string, string> } = {},
  ) {
    const answer = await mesh.call('/v1/chat/completions', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${mesh.key.secret}`,
        'x-ai-mesh-criticality': 'non-critical',
        ...options.headers,
      },
      body: JSON.stringify({
        model,
        max_tokens: 40,
        messages: [{ role: 'user', content: 'Where is my parcel?' }],
        ...options.body,
      }),
    });
    const text = await answer.text();
    await waitFor(() => {
      const status = mesh.gateway.status();
      return status?.activeCalls === 0 && status.undeliveredRecords === 0;
    });
    const header = (name: string) =>
      answer.headers.get(`x-ai-mesh-${name}`) ?? undefined;
    return {
      status: answer.status,
      text,
      model: header('model'),
      requestedModel: header('requested-model'),
      because: header('served-because'),
      attempts: header('attempts'),
    };
  }

  describe.each([false, true])('streamed: %p', stream => {
    const body = { stream };

    it.each(CAUSES)('by a stand-in after %s', async cause => {
      expect(await chat(cause, { body })).toMatchObject({
        status: 200,
        model: 'small',
        requestedModel: cause,
        because: `fallback: ${cause}`,
        attempts: '2',
      });
      const ofStandIn = {
        model: 'small',
        requestedModel: cause,
        servedBecause: 'fallback',
        attempt: 2,
        estimated: false,
        streamed: stream,
      };
      // what was cut off by our timeout may have been at work, and a filtered prompt was read: booked, too
      const ofFirst = { model: cause, attempt: 1, estimated: true };
      expect(booked).toMatchObject(
        isBilled(cause) ? [ofFirst, ofStandIn] : [ofStandIn],
      );
    });

    it('by a further target of the same model', async () => {
      expect(await chat('spare', { body })).toMatchObject({
        status: 200,
        model: 'spare',
        because: undefined,
        attempts: '2',
      });
      expect(booked).toMatchObject([
        {
          model: 'spare',
          targetId: 'spare@small',
          attempt: 2,
          servedBecause: 'requested',
        },
      ]);
    });

    it('by the model that was asked for, when its specialist fails', async () => {
      const headers = { 'x-ai-mesh-task': 'classify' };
      expect(await chat('special', { body, headers })).toMatchObject({
        status: 200,
        model: 'special',
        because: undefined,
        attempts: '2',
      });
      expect(booked).toMatchObject([{ model: 'special', attempt: 2 }]);
    });

    it('by a cheaper model, when the budget does not cover the one that was asked for', async () => {
      const long = { ...body, max_tokens: 1_000, n: 100 };
      expect(await chat('dear', { body: long })).toMatchObject({
        status: 200,
        model: 'small',
        because: 'fallback: budget',
      });
      expect(booked).toMatchObject([{ model: 'small', attempt: 1 }]);
    });
  });

  it.each([
    ['error', 502],
    ['rate-limit', 429],
    ['timeout', 504],
    ['context-length', 400],
    ['content-filter', 400],
  ])('never a critical one: %s', async (cause, status) => {
    const headers = { 'x-ai-mesh-criticality': 'critical' };
    const answer = await chat(cause, { headers });
    expect(answer).toMatchObject({ status, model: cause, because: undefined });
    expect(booked).toHaveLength(isBilled(cause) ? 1 : 0);
  });

  it('by the same target, a moment later; each answered call is booked once', async () => {
    const statuses: number[] = [];
    let repeatedCount = 0;
    for (let count = 0; count < 12; count++) {
      const { status, attempts } = await chat('again');
      statuses.push(status);
      if (attempts === '2') repeatedCount += 1;
    }
    expect(repeatedCount).toBeGreaterThan(0);
    const answered = statuses.filter(status => status === 200);
    expect(booked).toHaveLength(answered.length);
    expect(new Set(statuses)).toEqual(new Set([200, 502]));
  });
});
