import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  ModelSimulator,
  startModelSimulator,
} from '@sovereign-ai-mesh/model-simulator';
import { Fault } from '../harness/FaultConnection';
import { FaultProxy } from '../harness/FaultProxy';
import { LocalGateway } from '../harness/LocalGateway';
import {
  garbage,
  gzipBombAnswer,
  htmlAnswer,
  manyHeadersAnswer,
  rawAnswer,
  twoAnswers,
} from '../harness/rawAnswers';
import {
  askAll,
  Ends,
  everyWay,
  modelsOf,
  STREAM_COUNT,
  WAY_COUNT,
} from './ways';

/** A call that takes longer hangs: {@link CALL_MS} is shorter, and is noticed within a second or two. */
const DEADLINE_MS = 10_000;
const SILENCE_MS = 1_500;
const CALL_MS = 3_000;
const TEST_MS = 30_000;
const BOMB_BYTES = 100_000_000;
const NOBODY_ASKED = rawAnswer({ body: '{"id":"nobody asked for it"}' });

function answer(bytes: Buffer, then: 'keep' | 'close' = 'keep'): Fault {
  return { kind: 'answer', bytes, then };
}

/** What befalls the connections, how the calls end, and how many of them are booked. */
const BROKEN: Array<[string, Fault, Ends, { booked: number }]> = [
  [
    'reset before the answer',
    { kind: 'reset-before-answer' },
    everyWay(502),
    { booked: 0 },
  ],
  [
    'reset inside the head of the answer',
    { kind: 'end-inside', afterBytes: 60, by: 'reset' },
    everyWay(502),
    { booked: 0 },
  ],
  [
    'reset inside the body',
    { kind: 'end-inside', afterBytes: 480, by: 'reset' },
    everyWay(502, 'cut'),
    { booked: STREAM_COUNT },
  ],
  [
    'closed inside the body',
    { kind: 'end-inside', afterBytes: 480, by: 'close' },
    everyWay(502, 'cut'),
    { booked: STREAM_COUNT },
  ],
  ['hanging', { kind: 'hang' }, everyWay(504), { booked: WAY_COUNT }],
  [
    'as slow as a byte at a time',
    { kind: 'trickle', bytes: 1, intervalMs: 20 },
    everyWay(504),
    { booked: WAY_COUNT },
  ],
  ['a page for people', answer(htmlAnswer()), everyWay(502), { booked: 0 }],
  [
    'a gzip bomb',
    answer(gzipBombAnswer(BOMB_BYTES)),
    everyWay(502),
    { booked: 0 },
  ],
  [
    '10,000 headers',
    answer(manyHeadersAnswer(10_000)),
    everyWay(502),
    { booked: 0 },
  ],
  ['no HTTP', answer(garbage()), everyWay(502), { booked: 0 }],
  [
    'a redirect',
    answer(
      rawAnswer({
        status: '307 Temporary Redirect',
        headers: ['location: http://169.254.169.254/latest/meta-data/'],
        body: '',
      }),
    ),
    everyWay(502),
    { booked: 0 },
  ],
  [
    'the end of the connection, and nothing else',
    answer(Buffer.from(''), 'close'),
    everyWay(502),
    { booked: 0 },
  ],
];

const FAULTY_MODELS = {
  plain: undefined,
  boundless: { kind: 'ignore-max-tokens' },
  stalling: { kind: 'hang', afterTokens: 3 },
  trickling: { kind: 'trickle', intervalMs: 100 },
  extra: { kind: 'extra-response' },
} as const;

jest.setTimeout(TEST_MS);

describe('an upstream that is', () => {
  let simulator: ModelSimulator;
  let proxy: FaultProxy;
  let gateway: LocalGateway;

  beforeAll(async () => {
    simulator = await startModelSimulator({
      models: 'any',
      faults: Object.entries(FAULTY_MODELS).flatMap(([model, fault]) =>
        fault ? [{ model, ...fault }] : [],
      ),
    });
    proxy = await FaultProxy.start({ upstreamUrl: simulator.url });
    const provider = {
      baseUrl: `${proxy.url}/v1`,
      apiKey: 'upstream-secret',
      allowPrivateAddress: true,
    };
    gateway = await LocalGateway.start({
      models: Object.keys(FAULTY_MODELS).flatMap(modelsOf),
      providers: {
        openai: { ...provider, type: 'openai' },
        anthropic: { ...provider, type: 'anthropic' },
      },
      limits: {
        headersTimeoutMs: SILENCE_MS,
        idleTimeoutMs: SILENCE_MS,
        upstreamTimeoutMs: CALL_MS,
      },
    });
  });

  beforeEach(async () => {
    proxy.always({ kind: 'pass' });
    await proxy.cut();
    gateway.books.forget();
  });

  afterAll(async () => {
    await gateway.stop(); // throws when money stays held
    await proxy.stop();
    await simulator.close();
  });

  /** Calls in every way, within the deadline, and sees that nothing is left of the calls. */
  async function ask(
    model = 'plain',
    headers?: Record<string, string>,
  ): Promise<Ends> {
    const before = performance.now();
    const ends = await askAll(gateway, model, headers);
    expect(performance.now() - before).toBeLessThan(DEADLINE_MS);
    await gateway.untilIdle();
    return ends;
  }

  it('well answers in every way, and books each call once', async () => {
    expect(await ask()).toEqual(everyWay('whole'));
    expect(gateway.books.booked).toHaveLength(WAY_COUNT);
  });

  it.each(BROKEN)('broken: %s', async (_name, fault, ends, { booked }) => {
    proxy.always(fault);
    expect(await ask()).toEqual(ends);
    expect(proxy.openCount).toBeLessThanOrEqual(WAY_COUNT); // no redirect was followed
    expect(gateway.books.booked).toHaveLength(booked);
    expect(gateway.books.booked.every(({ estimated }) => estimated)).toBe(true);

    proxy.always({ kind: 'pass' });
    await proxy.cut();
    expect(await ask()).toEqual(everyWay('whole'));
  });

  it('not there', async () => {
    proxy.refuse();
    expect(await ask()).toEqual(everyWay(502));
    expect(gateway.books.booked).toEqual([]);
    await proxy.accept();
    expect(await ask()).toEqual(everyWay('whole'));
  });

  it('silent in the middle of its answer', async () => {
    const ends = everyWay(504, 'cut');
    expect(await ask('stalling')).toEqual({ ...ends, embeddings: 504 });
    expect(gateway.books.booked).toHaveLength(WAY_COUNT);
  });

  it('slower than any call may be', async () => {
    expect(await ask('trickling')).toEqual(everyWay(504, 'cut'));
    expect(gateway.books.booked).toHaveLength(WAY_COUNT);
  });

  it('deaf to max_tokens: the answer is passed, and booked as it was', async () => {
    expect(await ask('boundless')).toEqual(everyWay('whole'));
    const { booked } = gateway.books;
    expect(booked).toHaveLength(WAY_COUNT);
    const outputs = booked.flatMap(({ lines }) =>
      lines.flatMap(each =>
        each.tokenClass === 'output' ? [each.tokens] : [],
      ),
    );
    expect(outputs).toHaveLength(WAY_COUNT - 1); // all but the embedding
    for (const tokens of outputs) expect(tokens).toBeGreaterThan(40n);
  });

  it('sending answers that nobody asked for: no other caller sees them', async () => {
    for (let round = 0; round < 10; round++) {
      expect(await ask('extra')).toEqual(everyWay('whole'));
      expect(await ask()).toEqual(everyWay('whole'));
      proxy.inject(NOBODY_ASKED);
      expect(await ask()).toEqual(everyWay('whole'));
    }
    expect(gateway.books.booked).toHaveLength(30 * WAY_COUNT);
  });

  it('sending two answers at once: the second is seen by nobody', async () => {
    const first = rawAnswer({ body: '{"usage":{"prompt_tokens":1}}' });
    proxy.always(answer(twoAnswers(first, NOBODY_ASKED)));
    const ends = [await ask(), await ask()];
    for (const end of ends.flatMap(each => Object.values(each))) {
      expect(end).not.toBe('the answer to somebody else');
    }
  });

  it('broken in every manner, again and again: memory stays flat', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const round = async () => {
      for (const [, fault] of BROKEN) {
        if (fault.kind === 'hang' || fault.kind === 'trickle') continue; // the clock's time, not memory
        proxy.always(fault);
        await askAll(gateway, 'plain');
        await proxy.cut();
      }
      await gateway.untilIdle();
      proxy.forgetClosed();
      simulator.reset();
      gateway.books.forget();
      collect();
      return process.memoryUsage().heapUsed;
    };
    await round();
    const earlier = Math.min(await round(), await round());
    const later = Math.min(await round(), await round());
    expect(later / earlier).toBeLessThan(1.03);
  }, 120_000);
});
