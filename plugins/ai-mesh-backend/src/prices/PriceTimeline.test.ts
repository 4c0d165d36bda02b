import fc from 'fast-check';
import { priceVersion } from '../__testUtils__/prices';
import { BookVersion } from './Price';
import { covers, PriceTimeline } from './PriceTimeline';

const SKU = {
  priceKey: 'own/llama',
  region: '',
  serviceTier: 'standard',
} as const;
const day = (n: number) => new Date(Date.UTC(2026, 0, n)).toISOString();

function idAt(versions: BookVersion[], at: string, region = '') {
  return new PriceTimeline(versions).inForce({ ...SKU, region }, at)?.id;
}

describe('PriceTimeline', () => {
  it('lets the version recorded last hold for its time, and the one before around it', () => {
    const versions = [
      priceVersion({ sequence: 1, validFrom: day(1) }),
      priceVersion({ sequence: 2, validFrom: day(10), validTo: day(20) }),
    ];
    expect([1, 9, 10, 19, 20].map(n => idAt(versions, day(n)))).toEqual([
      'v1',
      'v1',
      'v2',
      'v2',
      'v1',
    ]);
    expect(idAt(versions, '2025-12-31T23:59:59.999Z')).toBeUndefined();
  });

  it('goes by contract before list, and by place before everywhere', () => {
    const list = priceVersion({ sequence: 9 });
    const listEu = priceVersion({ sequence: 8, region: 'eu' });
    const contract = priceVersion({ sequence: 2, contractId: 'c' });
    const contractEu = priceVersion({
      sequence: 1,
      contractId: 'c',
      region: 'eu',
    });
    expect(idAt([list, listEu], day(2), 'eu')).toBe('v8');
    expect(idAt([list, listEu], day(2), 'us')).toBe('v9');
    expect(idAt([list, listEu, contract], day(2), 'eu')).toBe('v2');
    expect(idAt([list, listEu, contract, contractEu], day(2), 'eu')).toBe('v1');
    expect(idAt([listEu], day(2))).toBeUndefined();
  });

  it('falls back to the list where a contract was withdrawn', () => {
    const versions = [
      priceVersion({ sequence: 1 }),
      priceVersion({ sequence: 2, contractId: 'c' }),
      priceVersion({
        sequence: 3,
        contractId: 'c',
        isWithdrawn: true,
        validFrom: day(5),
      }),
    ];
    expect(idAt(versions, day(4))).toBe('v2');
    expect(idAt(versions, day(5))).toBe('v1');
  });

  it('keeps tiers of service apart', () => {
    const versions = [
      priceVersion({ sequence: 1 }),
      priceVersion({ sequence: 2, serviceTier: 'batch' }),
    ];
    const timeline = new PriceTimeline(versions);
    expect(timeline.inForce({ ...SKU, serviceTier: 'batch' }, day(2))?.id).toBe(
      'v2',
    );
    expect(
      timeline.inForce({ ...SKU, serviceTier: 'flex' }, day(2)),
    ).toBeUndefined();
  });

  it('agrees with looking through all versions, in whatever order they came', () => {
    const version = fc
      .tuple(
        fc.integer({ min: 1, max: 9 }),
        fc.option(fc.integer({ min: 1, max: 9 })),
      )
      .map(([from, length]) => ({
        validFrom: day(from),
        ...(length !== null && { validTo: day(from + length) }),
      }));
    fc.assert(
      fc.property(
        fc.array(version, { maxLength: 12 }),
        fc.integer({ min: 0, max: 20 }),
        fc.infiniteStream(fc.nat()),
        (periods, at, order) => {
          const versions = periods.map((period, index) =>
            priceVersion({ ...period, sequence: index + 1 }),
          );
          const slow = versions.filter(each => covers(each, day(at))).at(-1);
          const shuffled = versions
            .map(each => ({ each, place: order.next().value }))
            .sort((a, b) => a.place - b.place)
            .map(({ each }) => each);
          expect(idAt(shuffled, day(at))).toBe(slow?.id);
        },
      ),
    );
  });
});
