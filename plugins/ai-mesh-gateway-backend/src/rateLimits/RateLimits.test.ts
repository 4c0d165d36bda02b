import {
  admit,
  header,
  numberOf,
  outcomeOf,
  refusal,
  setUp,
  subject,
} from './__testUtils__/limitTests';
import { LimitGrant } from './LimitGrant';

describe('RateLimits in memory', () => {
  it('has nothing to say where nothing is limited', () => {
    const { limits } = setUp();
    const free = [subject('key', 'k', {}), subject('model', 'm', {})];
    expect(limits.admit(free, 1_000_000)).toBeUndefined();
    expect(limits.admit([], 1)).toBeUndefined();
    expect(limits.state).toBe('memory');
  });

  it('lets in a minute at once, and then as the minute drains', () => {
    const { world, limits } = setUp();
    const key = [subject('key', 'k', { requestsPerMinute: 60 })];
    for (let count = 0; count < 60; count++) admit(limits, key).settle(1);
    expect(refusal(limits, key)?.toJSON()).toEqual({
      error: {
        message: 'The requests per minute of this key are used up.',
        type: 'requests',
        param: null,
        code: 'rate_limit_exceeded',
      },
    });
    world.nowMs += 999;
    expect(refusal(limits, key)?.headers).toEqual([
      'retry-after',
      '1',
      'retry-after-ms',
      '1',
      'x-ratelimit-limit-requests',
      '60',
      'x-ratelimit-remaining-requests',
      '0',
      'x-ratelimit-reset-requests',
      '59.001s',
    ]);
    world.nowMs += 1;
    expect(refusal(limits, key)).toBeUndefined();
    expect(refusal(limits, key)?.status).toBe(429);
  });

  it('shows what is left of the tightest of all subjects, with what is held', () => {
    const { limits } = setUp();
    const subjects = [
      subject('key', 'k', { requestsPerMinute: 10, tokensPerMinute: 90_000 }),
      subject('department', 'd', { requestsPerMinute: 100 }),
      subject('model', 'm', { tokensPerMinute: 60_000 }),
    ];
    const grant = admit(limits, subjects, 600);
    expect(grant.headers).toEqual([
      'x-ratelimit-limit-requests',
      '10',
      'x-ratelimit-remaining-requests',
      '9',
      'x-ratelimit-reset-requests',
      '6s',
      'x-ratelimit-limit-tokens',
      '60000',
      'x-ratelimit-remaining-tokens',
      '59400',
      'x-ratelimit-reset-tokens',
      '600ms',
    ]);
  });

  it('refuses a call that can never fit, and says that no wait will do', () => {
    const { limits } = setUp();
    const key = [subject('key', 'k', { tokensPerMinute: 1000 })];
    const error = refusal(limits, key, 1001);
    expect(error?.toJSON().error.type).toBe('tokens');
    expect(header(error?.headers ?? [], 'x-should-retry')).toBe('false');
    expect(header(error?.headers ?? [], 'retry-after')).toBeUndefined();
    expect(refusal(limits, key, 1000)).toBeUndefined();
  });

  it('gives back what was not used, whole and at any time', () => {
    const { world, limits } = setUp();
    const key = [subject('key', 'k', { tokensPerMinute: 1000 })];
    const slow = admit(limits, key, 1000);
    world.nowMs += 59_000;
    expect(refusal(limits, key, 1)?.toJSON().error.type).toBe('tokens');
    slow.settle(100);
    const next = admit(limits, key, 1);
    expect(header(next.headers, 'x-ratelimit-remaining-tokens')).toBe('899');
  });

  it('counts an unknown use as what was held, and a call that was not sent as none', () => {
    const { limits } = setUp();
    const key = [subject('key', 'k', { tokensPerMinute: 1000 })];
    admit(limits, key, 400).settle(undefined);
    const unsent = admit(limits, key, 500);
    unsent.release();
    unsent.settle(500); // only the first end counts
    const next = admit(limits, key, 1);
    expect(header(next.headers, 'x-ratelimit-remaining-tokens')).toBe('599');
  });

  it('owes what a call used beyond what it held', () => {
    const { world, limits } = setUp();
    const key = [subject('key', 'k', { tokensPerMinute: 1000 })];
    admit(limits, key, 1000).settle(2000);
    const error = refusal(limits, key, 1);
    expect(header(error?.headers ?? [], 'retry-after-ms')).toBe('60060');
    world.nowMs += 60_059;
    expect(refusal(limits, key, 1)).toBeDefined();
    world.nowMs += 1;
    expect(refusal(limits, key, 1)).toBeUndefined();
  });

  it('does not let a call that runs long keep its tokens from the others', async () => {
    const { world, limits } = setUp();
    const key = [subject('key', 'k', { tokensPerMinute: 1000 })];
    const long = admit(limits, key, 1000);
    const startedAtMs = world.nowMs;
    let next: LimitGrant | undefined;
    while (!next) {
      world.nowMs += 1000;
      next = (await outcomeOf(() => limits.admit(key, 500))).grant;
    }
    expect(world.nowMs - startedAtMs).toBeLessThanOrEqual(150_000);
    next.settle(500);
    long.settle(200); // what has drained of it is not given back
    const error = refusal(limits, key, 1);
    expect(numberOf(error?.headers ?? [], 'retry-after-ms')).toBe(60);
  });

  it('frees a parallel place once, when its call ends', () => {
    const { limits } = setUp();
    const key = [subject('application', 'a', { parallelRequests: 2 })];
    const first = admit(limits, key);
    admit(limits, key);
    expect(refusal(limits, key)?.headers).toEqual([
      'retry-after',
      '1',
      'retry-after-ms',
      '1000',
    ]);
    first.settle(1);
    first.release();
    first.settle(1);
    admit(limits, key);
    expect(refusal(limits, key)).toBeDefined();
  });

  it('keeps subjects of one name but different kinds apart', () => {
    const { limits } = setUp();
    const one = { requestsPerMinute: 1 };
    for (const kind of ['key', 'application', 'department', 'model'] as const) {
      expect(refusal(limits, [subject(kind, 'same', one)])).toBeUndefined();
    }
  });

  it('survives a clock that goes back', () => {
    const { world, limits } = setUp();
    const key = [subject('key', 'k', { requestsPerMinute: 60 })];
    for (let count = 0; count < 60; count++) admit(limits, key).settle(1);
    world.nowMs -= 3_600_000;
    expect(refusal(limits, key)).toBeDefined();
    world.nowMs += 1000;
    expect(refusal(limits, key)).toBeUndefined();
    expect(refusal(limits, key)).toBeDefined();
  });

  it.each([[[]], [[100_000]], [[40_000, 60_000, 5_000]]])(
    'lets the hold of a long call drain from its second change of the minute, seen or not: %j',
    looks => {
      const { world, limits } = setUp(); // 40 seconds before the minute changes
      const beganAtMs = world.nowMs;
      const key = [subject('key', 'k', { tokensPerMinute: 600 })];
      admit(limits, key, 600);
      for (const ms of looks) {
        world.nowMs += ms;
        expect(refusal(limits, key, 600)).toBeDefined();
      }
      world.nowMs = beganAtMs + 130_000; // half a minute after the hold went on the meter
      expect(refusal(limits, key, 301)).toBeDefined();
      expect(refusal(limits, key, 300)).toBeUndefined();
    },
  );

  it('takes a limit that changes from the next call on', () => {
    const { limits } = setUp();
    const running = admit(limits, [
      subject('key', 'k', { parallelRequests: 5 }),
    ]);
    const limited = [subject('key', 'k', { tokensPerMinute: 10 })];
    admit(limits, limited, 9).settle(4);
    running.settle(1_000_000);
    expect(refusal(limits, limited, 1)).toBeDefined(); // used within this minute, whoever allowed it
  });

  it('forgets subjects that say nothing any more', () => {
    const { world, limits } = setUp();
    const running = admit(limits, [
      subject('key', 'running', { parallelRequests: 1 }),
    ]);
    for (let count = 0; count < 20_000; count++) {
      world.nowMs += 100; // each drains within a second
      const key = subject('key', `k${count}`, { requestsPerMinute: 60 });
      admit(limits, [key]).settle(1);
    }
    expect(limits.subjectCount).toBeLessThan(100);
    running.release();
  });
});

describe('a share of a limit', () => {
  it('is at least one', () => {
    const { limits } = setUp({ replicas: 10 });
    const key = [
      subject('key', 'k', { requestsPerMinute: 5, parallelRequests: 3 }),
    ];
    expect(refusal(limits, key)).toBeUndefined();
    expect(refusal(limits, key)).toBeDefined();
  });

  it('lets in a call that is larger, but not than the limit, when it is unused', () => {
    const { world, limits } = setUp({ replicas: 10 });
    const key = [subject('key', 'k', { tokensPerMinute: 1000 })];
    admit(limits, key, 900).settle(900);
    const error = refusal(limits, key, 900);
    const waitMs = numberOf(error?.headers ?? [], 'retry-after-ms');
    expect(waitMs).toBe(540_000); // at the rate of the share
    world.nowMs += waitMs;
    expect(refusal(limits, key, 900)).toBeUndefined();
    expect(refusal(limits, key, 1001)).toBeDefined();
  });
});
