import { FakeStore } from './__testUtils__/FakeStore';
import { RecordingLogger, subject } from './__testUtils__/limitTests';
import { RateLimits } from './RateLimits';

const PLENTY = { requestsPerMinute: 1_000_000, tokensPerMinute: 1_000_000_000 };

describe('RateLimits with a store that fails', () => {
  beforeEach(() => jest.useFakeTimers());

  afterEach(() => jest.useRealTimers());

  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

  async function setUp(change: Partial<FakeStore> = {}) {
    const store = Object.assign(new FakeStore(), change);
    const logger = new RecordingLogger();
    const limits = new RateLimits({
      shared: store,
      logger,
      clock: () => performance.now(),
      replicaCount: () => 2,
    });
    limits.start();
    await pass(10);
    const key = subject('key', 'k', PLENTY);
    let waited = 0;
    /** A call; counts those that have to wait. */
    const call = async (tokens = 10) => {
      const grant = limits.admit([key], tokens);
      if (grant instanceof Promise) waited += 1;
      const granted = await grant;
      if (!granted) throw new Error('not limited');
      return granted;
    };
    return { store, logger, limits, call, waited: () => waited };
  }

  it('asks the store, which every call waits for', async () => {
    const { store, limits, call, waited } = await setUp();
    expect(limits.state).toBe('shared');
    const grant = call();
    await pass(1);
    (await grant).settle(4);
    expect(store.last.admitCount).toBe(1);
    expect(store.last.ends).toEqual([
      { minute: 7, heldTokens: 10, usedTokens: 4 },
    ]);
    expect(waited()).toBe(1);
  });

  it.each(['silent', 'dead'] as const)(
    'serves from the first call on when the store is %s from the start',
    async health => {
      const { limits, call, waited } = await setUp({ health });
      expect(limits.state).toBe('fallback');
      for (let count = 0; count < 100; count++) await call();
      expect(waited()).toBe(0);
    },
  );

  it('lets only those wait that were under way when it went silent, and no longer than 50 ms', async () => {
    const { store, limits, call, waited } = await setUp();
    store.health = 'silent';
    let answered = 0;
    const first = call().finally(() => answered++);
    await pass(30);
    const later = Array.from({ length: 99 }, () =>
      call().finally(() => answered++),
    );
    await pass(19);
    expect(answered).toBe(0);
    await pass(2);
    expect(answered).toBe(100); // also those that have waited for 20 ms only
    await Promise.all([first, ...later]);
    expect(limits.state).toBe('fallback');
    for (let count = 0; count < 1000; count++) await call();
    expect(waited()).toBe(100);
  });

  it('lets nobody wait for a connection that broke', async () => {
    const { store, limits, call } = await setUp();
    store.health = 'dead';
    const grant = call();
    store.last.break();
    await grant; // without any time passing
    expect(limits.state).toBe('fallback');
  });

  it('notices without any call that the store went silent', async () => {
    const { store, limits, call, waited } = await setUp();
    store.health = 'silent';
    await pass(5_100);
    expect(limits.state).toBe('fallback');
    await call();
    expect(waited()).toBe(0);
  });

  it('seeks for ever, ever less often, and finds it back; nobody waits meanwhile', async () => {
    const { store, limits, logger, call, waited } = await setUp();
    store.health = 'dead';
    store.last.break();
    store.openCount = 0;
    for (let minute = 0; minute < 60; minute++) {
      await call();
      await pass(60_000);
    }
    expect(store.openCount).toBeGreaterThan(360); // each 10 s
    expect(store.openCount).toBeLessThan(800); // each 5 s, and the first ones
    expect(waited()).toBe(0);
    store.health = 'well';
    await pass(10_010);
    expect(limits.state).toBe('shared');
    expect(logger.texts).toEqual([
      'Limits are counted in the shared store',
      'The shared store of limits is away (Error: ECONNRESET): this replica counts its share',
      'Limits are counted in the shared store',
    ]);
  });

  it('does not take a store for well that answers, but slowly', async () => {
    const { store, limits, call, waited } = await setUp();
    store.delayMs = 80;
    const grant = call();
    await pass(60);
    await grant;
    for (let second = 0; second < 600; second++) {
      await pass(1000);
      await call();
    }
    expect(limits.state).toBe('fallback');
    expect(waited()).toBe(1);
    store.delayMs = 1;
    await pass(10_100);
    expect(limits.state).toBe('shared');
  });

  it('begins a new life with the calls that run, wherever they were let in', async () => {
    const { store, limits, call } = await setUp();
    const shared = call(10);
    await pass(1);
    const before = [await shared];
    store.health = 'dead';
    store.last.break();
    before.push(await call(20), await call(30));
    before[1]?.settle(1);
    store.health = 'well';
    await pass(1000);
    expect(limits.state).toBe('shared');
    expect(store.last.begun).toEqual([[{ kind: 'key', id: 'k', parallel: 2 }]]);
    before[0]?.settle(25); // its hold went on the meter with its session: 15 are missing
    before[2]?.settle(7); // was never in the store: all of it is missing
    expect(store.last.ends).toEqual([
      { minute: undefined, heldTokens: 0, usedTokens: 15 },
      { minute: undefined, heldTokens: 0, usedTokens: 7 },
    ]);
  });

  it('ignores an answer that comes too late', async () => {
    const { store, limits, call } = await setUp({ delayMs: 0 });
    store.delayMs = 70;
    const grant = call();
    await pass(55);
    await grant;
    await pass(20);
    expect(limits.state).toBe('fallback');
    expect(store.sessions).toHaveLength(1);
  });

  it('gives its places back when it is closed, and seeks no more', async () => {
    const { store, limits } = await setUp();
    const closed = limits.close();
    await pass(1);
    await closed;
    expect(store.last.isClosed).toBe(true);
    await pass(60_000);
    expect(store.openCount).toBe(1);
  });

  it('closes although the store does not answer', async () => {
    const { store, limits } = await setUp();
    store.health = 'silent';
    const closed = limits.close();
    await pass(60);
    await closed;
    expect(limits.state).toBe('fallback');
  });
});
