import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { usageOf } from '../protocols';
import { AnswerRecording } from './AnswerRecording';
import { readCacheControl } from './cacheControl';
import { CachedAnswer, ExactCache } from './ExactCache';

function answer(body: string | Buffer): CachedAnswer {
  return {
    contentType: 'application/json',
    body: Buffer.from(body),
    servedModel: 'mini',
    usage: usageOf({ inputTokens: 3, outputTokens: 5 }),
    costPicoUsd: picoUsd(42n),
  };
}

function setUp(bounds: { maxBytes?: number; maxEntries?: number } = {}) {
  const world = { nowMs: 1_000_000 };
  const cache = new ExactCache({ clock: () => world.nowMs, ...bounds });
  return { world, cache };
}

describe('ExactCache', () => {
  it('gives an answer back whole, with what it cost and its age, until its time is over', () => {
    const { world, cache } = setUp();
    const stored = answer('{"id":1}');
    cache.put('key', stored, 10);
    world.nowMs += 9_999;
    expect(cache.find('key')).toEqual({ answer: stored, ageSeconds: 9 });
    world.nowMs += 1;
    expect(cache.find('key')).toBeUndefined();
    expect([cache.size, cache.bytes]).toEqual([0, 0]);
    expect(cache.find('other')).toBeUndefined();
  });

  it('drops what was not asked for the longest', () => {
    const { cache } = setUp({ maxEntries: 2 });
    cache.put('a', answer('a'), 10);
    cache.put('b', answer('b'), 10);
    cache.find('a');
    cache.put('c', answer('c'), 10);
    expect(['a', 'b', 'c'].map(key => cache.find(key) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('does not let a large answer drive out the others', () => {
    const { cache } = setUp({ maxBytes: 10_000 });
    cache.put('small', answer('a'), 10);
    cache.put('large', answer(Buffer.alloc(10_000)), 10);
    expect(cache.find('large')).toBeUndefined();
    expect(cache.find('small')).toBeDefined();
  });

  it('does not keep the old answer when the new one is too large', () => {
    const { cache } = setUp({ maxBytes: 10_000 });
    cache.put('key', answer('old'), 10);
    cache.put('key', answer(Buffer.alloc(10_000)), 10);
    expect(cache.find('key')).toBeUndefined();
  });

  it('stays within its bounds and gives back only what was put under the key last', () => {
    const command = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      put: fc.boolean(),
      length: fc.nat(4000),
      ttlSeconds: fc.integer({ min: 1, max: 5 }),
      waitMs: fc.nat(1500),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 100 }), commands => {
        const { world, cache } = setUp({ maxBytes: 8000, maxEntries: 4 });
        const last = new Map<
          string,
          { answer: CachedAnswer; untilMs: number }
        >();
        for (const { key, put, length, ttlSeconds, waitMs } of commands) {
          world.nowMs += waitMs;
          const stored = answer(Buffer.alloc(length));
          if (put) {
            cache.put(key, stored, ttlSeconds);
            const untilMs = world.nowMs + ttlSeconds * 1000;
            last.set(key, { answer: stored, untilMs });
          }
          const found = cache.find(key)?.answer;
          const expected = last.get(key);
          const isFresh = world.nowMs < (expected?.untilMs ?? 0);
          expect([undefined, isFresh ? expected?.answer : undefined]).toContain(
            found,
          );
          expect(!put || found === stored).toBe(true); // what was just put is there
          expect(cache.bytes).toBeLessThanOrEqual(8000);
          expect(cache.size).toBeLessThanOrEqual(4);
          expect(cache.size > 0 || cache.bytes === 0).toBe(true);
        }
      }),
    );
  });
});

describe('AnswerRecording', () => {
  it('is the bytes as they came, in memory of their own', () => {
    const recording = new AnswerRecording(100);
    const events = ['data: {"a":1}\n\n', 'data: [DO', 'NE]\n\n'];
    for (const each of events) recording.add(Buffer.from(each));
    const bytes = recording.bytes();
    expect(bytes?.toString()).toBe(events.join(''));
    expect(bytes?.buffer.byteLength).toBe(bytes?.length);
  });

  it('is nothing when it is more than the cache takes', () => {
    const recording = new AnswerRecording(3);
    recording.add(Buffer.from('abc'));
    expect(recording.bytes()?.toString()).toBe('abc');
    recording.add(Buffer.from('d'));
    recording.add(Buffer.from(''));
    expect(recording.bytes()).toBeUndefined();
  });
});

describe('readCacheControl', () => {
  it.each([
    [undefined, true, true],
    ['', true, true],
    ['private', true, true],
    ['max-age=60', true, true],
    ['no-cache', false, true],
    ['private, No-Cache', false, true],
    ['max-age=0', false, true],
    ['no-store', false, false],
    ['no-cache,no-store', false, false],
  ])('%j: find %s, put %s', (header, mayFind, mayPut) =>
    expect(readCacheControl(header)).toEqual({ mayFind, mayPut }),
  );
});
