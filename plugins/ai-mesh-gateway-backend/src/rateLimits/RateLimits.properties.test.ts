import fc from 'fast-check';
import { GatewayError } from '../errors';
import {
  admit,
  numberOf,
  refusal,
  setUp,
  subject,
} from './__testUtils__/limitTests';
import { LimitGrant } from './LimitGrant';

describe('properties of RateLimits in memory', () => {
  const LIMITS = { requestsPerMinute: 30, tokensPerMinute: 600 };
  interface Step {
    waitMs: number;
    tokens: number;
    /** Which of the calls that run ends, before this one comes. */
    ends: number | undefined;
    /** In hundredths. */
    usedShare: number;
    /** Whether the department counts it, too. */
    wide: boolean;
  }
  const step: fc.Arbitrary<Step> = fc.record({
    waitMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 0, max: 900 }),
      fc.integer({ min: 0, max: 90_000 }),
    ),
    tokens: fc.integer({ min: 0, max: 600 }),
    ends: fc.option(fc.nat(20), { nil: undefined }),
    usedShare: fc.integer({ min: 0, max: 100 }),
    wide: fc.boolean(),
  });
  const steps = fc.array(step, { minLength: 1, maxLength: 80 });

  interface Admission {
    atMs: number;
    tokens: number;
    grant: LimitGrant;
  }

  /** Runs calls on a key and, for some of them, a department; returns what the key let in. */
  function run(all: readonly Step[]) {
    const { world, limits } = setUp();
    const key = subject('key', 'k', LIMITS);
    const department = subject('department', 'd', {
      requestsPerMinute: 20,
      tokensPerMinute: 400,
      parallelRequests: 3,
    });
    const admitted: Admission[] = [];
    const running: Admission[] = [];
    for (const { waitMs, tokens, ends, usedShare, wide } of all) {
      world.nowMs += waitMs;
      const [ended] =
        ends === undefined
          ? []
          : running.splice(ends % (running.length || 1), 1);
      if (ended) {
        ended.tokens = Math.floor((ended.tokens * usedShare) / 100);
        ended.grant.settle(ended.tokens);
      }
      try {
        const grant = admit(limits, wide ? [key, department] : [key], tokens);
        const call = { atMs: world.nowMs, tokens, grant };
        admitted.push(call);
        running.push(call);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
      }
    }
    return { world, limits, key, admitted, running };
  }

  /** The most that any window saw above what it may, in units; at most 0 is right. */
  function worstExcess(
    events: readonly { atMs: number; count: number }[],
    perMinute: number,
  ): number {
    const sorted = [...events].sort((a, b) => a.atMs - b.atMs);
    let worst = -Infinity;
    sorted.forEach((first, from) => {
      let sum = 0;
      for (const { atMs, count } of sorted.slice(from)) {
        sum += count;
        const allowed = 60_000 * perMinute + perMinute * (atMs - first.atMs);
        worst = Math.max(worst, 60_000 * sum - allowed);
      }
    });
    return worst;
  }

  it('never lets in more requests than burst + rate × t, in any window', () =>
    fc.assert(
      fc.property(steps, all => {
        const { admitted } = run(all);
        const events = admitted.map(({ atMs }) => ({ atMs, count: 1 }));
        expect(worstExcess(events, 30)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 300 },
    ));

  it('never lets in more tokens than burst + rate × t, in any window, by what was used or is held', () =>
    fc.assert(
      fc.property(steps, all => {
        const { admitted } = run(all);
        const events = admitted.map(({ atMs, tokens }) => ({
          atMs,
          count: tokens,
        }));
        expect(worstExcess(events, 600)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 500 },
    ));

  it('is as new once all calls ended without a use and the requests have drained', () =>
    fc.assert(
      fc.property(steps, all => {
        const { world, limits, key, running } = run(
          all.map(each => ({ ...each, usedShare: 0 })),
        );
        for (const { grant } of running) grant.release();
        world.nowMs += 60_000;
        const { headers } = admit(limits, [key], 1);
        expect(numberOf(headers, 'x-ratelimit-remaining-requests')).toBe(29);
        expect(numberOf(headers, 'x-ratelimit-remaining-tokens')).toBe(599);
      }),
    ));

  it('says truly how long to wait: a millisecond less is too soon', () =>
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 600 }), (all, tokens) => {
        const { world, limits, key, running } = run(all);
        for (const { grant } of running) grant.settle(undefined);
        const error = refusal(limits, [key], tokens);
        fc.pre(error !== undefined);
        const waitMs = numberOf(error?.headers ?? [], 'retry-after-ms');
        world.nowMs += waitMs - 1;
        expect(refusal(limits, [key], tokens)).toBeDefined();
        world.nowMs += 1;
        expect(refusal(limits, [key], tokens)).toBeUndefined();
      }),
    ));

  it('counts a call on all its subjects or on none', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            ids: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), {
              minLength: 1,
            }),
            tokens: fc.integer({ min: 1, max: 70 }),
          }),
          { maxLength: 60 },
        ),
        calls => {
          const { limits } = setUp();
          const used = new Map<string, number>();
          for (const { ids, tokens } of calls) {
            const subjects = ids.map(id =>
              subject('key', id, { tokensPerMinute: 100 }),
            );
            const fits = ids.every(id => (used.get(id) ?? 0) + tokens <= 100);
            expect(refusal(limits, subjects, tokens) === undefined).toBe(fits);
            if (!fits) continue;
            for (const id of ids) used.set(id, (used.get(id) ?? 0) + tokens);
          }
        },
      ),
    ));

  it('never lets the replicas together above a limit that each counts its share of', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.array(fc.record({ replica: fc.nat(6), tokens: fc.nat(30) }), {
          maxLength: 200,
        }),
        (replicas, calls) => {
          const all = Array.from({ length: replicas }, () => {
            return setUp({ replicas }).limits;
          });
          const key = [
            subject('key', 'k', {
              requestsPerMinute: 50,
              tokensPerMinute: 300,
              parallelRequests: 20,
            }),
          ];
          let requests = 0;
          let sum = 0;
          for (const { replica, tokens } of calls) {
            const limits = all[replica % replicas];
            if (refusal(limits, key, tokens)) continue;
            requests += 1;
            sum += tokens;
          }
          expect(requests).toBeLessThanOrEqual(20);
          expect(sum).toBeLessThanOrEqual(300);
        },
      ),
    ));
});
