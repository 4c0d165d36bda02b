import fc from 'fast-check';
import { chooseTarget } from './chooseTarget';
import { World } from './__testUtils__/World';

const ROUNDS = 20_000;

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    // mulberry32, by Tommy Ettinger (public domain)
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function worldOf(
  targets: Array<{ id: string; weight?: number; order?: number }>,
): World {
  return new World({ models: [{ name: 'm', targets }] });
}

describe('chooseTarget', () => {
  function pick(
    world: World,
    balance: 'weighted' | 'least-in-flight' | 'fastest' = 'weighted',
    random = seeded(7),
  ): string | undefined {
    return chooseTarget(world.targets('m'), balance, world.states, random)?.id;
  }

  it('shares calls in proportion to the weights', () => {
    const world = worldOf([
      { id: 'a', weight: 1 },
      { id: 'b', weight: 3 },
      { id: 'c', weight: 6 },
      { id: 'never', weight: 0 },
    ]);
    const random = seeded(42);
    const counts = new Map<string | undefined, number>();
    for (let round = 0; round < ROUNDS; round++) {
      const id = pick(world, 'weighted', random);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const shareOf = (id: string) => (counts.get(id) ?? 0) / ROUNDS;
    expect(shareOf('a')).toBeCloseTo(0.1, 1.5);
    expect(shareOf('b')).toBeCloseTo(0.3, 1.5);
    expect(shareOf('c')).toBeCloseTo(0.6, 1.5);
    expect([...counts.keys()].sort()).toEqual(['a', 'b', 'c']);
  });

  it('goes to the next order only when those below are full or fail, and back', () => {
    const world = worldOf([
      { id: 'payg', order: 1 },
      { id: 'ptu', order: 0 },
      { id: 'last', order: 2 },
    ]);
    expect(pick(world)).toBe('ptu');
    world.fill('ptu', 5_000);
    expect(pick(world)).toBe('payg');
    world.fail('payg');
    expect(pick(world)).toBe('last');
    world.nowMs += 5_000;
    expect(pick(world)).toBe('ptu');
  });

  it('takes a full target when there is no other, and never one whose circuit is open', () => {
    const world = worldOf([{ id: 'a' }, { id: 'b' }]);
    world.fail('a');
    world.fill('b');
    expect(pick(world)).toBe('b');
    world.nowMs += 100;
    world.fail('b');
    expect(pick(world)).toBeUndefined();
  });

  it('leaves even the only target alone while its circuit is open', () => {
    const world = worldOf([{ id: 'only' }]);
    expect(pick(world)).toBe('only');
    world.fail('only');
    expect(pick(world)).toBeUndefined();
    world.nowMs += 1_300;
    expect(pick(world)).toBe('only');
  });

  it('takes the target with the least in flight for its weight', () => {
    const world = worldOf([
      { id: 'a', weight: 1 },
      { id: 'b', weight: 2 },
    ]);
    const random = seeded(3);
    for (let round = 0; round < 300; round++) {
      const id = pick(world, 'least-in-flight', random);
      world.states.of(id ?? '').started();
    }
    expect(Math.abs(world.states.of('a').inFlight - 100)).toBeLessThan(3);
    expect(Math.abs(world.states.of('b').inFlight - 200)).toBeLessThan(3);
  });

  it('takes the faster of two mostly, and tries a new one', () => {
    const world = worldOf([{ id: 'slow' }, { id: 'fast' }]);
    world.succeed('slow', 500);
    world.succeed('fast', 50);
    expect(pick(world, 'fastest')).toBe('fast');
    const three = worldOf([{ id: 'slow' }, { id: 'fast' }, { id: 'new' }]);
    three.succeed('slow', 500);
    three.succeed('fast', 50);
    const random = seeded(5);
    const seen = new Set<string | undefined>();
    for (let round = 0; round < 100; round++) {
      seen.add(pick(three, 'fastest', random));
    }
    expect(seen).toEqual(new Set(['fast', 'new']));
  });

  it('chooses something that may be called exactly when there is something, whatever the states', () => {
    const target = fc.record({
      weight: fc.constantFrom(0, 0.5, 1, 3),
      order: fc.integer({ min: 0, max: 2 }),
      state: fc.constantFrom('free', 'full', 'open'),
    });
    fc.assert(
      fc.property(
        fc.array(target, { minLength: 2, maxLength: 6 }),
        fc.constantFrom('weighted', 'least-in-flight', 'fastest'),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (sketches, balance, chance) => {
          const world = worldOf(
            sketches.map(({ weight, order }, id) => ({
              id: String(id),
              weight,
              order,
            })),
          );
          sketches.forEach(({ state }, id) => {
            if (state === 'full') world.fill(String(id));
            if (state === 'open') world.fail(String(id));
          });
          const chosen = pick(world, balance, () => chance);
          const callable = sketches.filter(
            ({ weight, state }) => weight > 0 && state !== 'open',
          );
          const free = callable.filter(({ state }) => state === 'free');
          const best = free.length > 0 ? free : callable;
          const order = Math.min(...best.map(each => each.order));
          const allowed = sketches.flatMap((each, id) =>
            best.includes(each) && each.order === order ? [String(id)] : [],
          );
          expect(allowed.length > 0 ? allowed : [undefined]).toContain(chosen);
        },
      ),
    );
  });
});
