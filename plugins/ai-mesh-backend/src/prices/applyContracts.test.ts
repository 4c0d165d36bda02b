import { priceOffer, priceVersion } from '../__testUtils__/prices';
import { applyContracts } from './applyContracts';
import { findBackDated } from './findBackDated';
import { BookVersion } from './Price';
import { parseDiscount, PriceContract } from './PriceContract';
import { PriceTimeline } from './PriceTimeline';

const SKU = {
  priceKey: 'own/llama',
  region: '',
  serviceTier: 'standard',
} as const;
const day = (n: number) => new Date(Date.UTC(2026, 0, n)).toISOString();

const EA: PriceContract = {
  id: 'EA',
  prefixes: ['own/'],
  priceKeys: [],
  discount: parseDiscount('50'),
  offers: [],
  validFrom: day(10),
  validTo: day(20),
};

function book(versions: BookVersion[]) {
  const timeline = new PriceTimeline(versions);
  const apply = (contracts: PriceContract[], at = day(12)) => {
    let ids = 0;
    return applyContracts(timeline, {
      keys: timeline.keys(),
      contracts,
      at,
      newId: () => `c${at.slice(8, 10)}-${(ids += 1)}`,
    });
  };
  const inputAt = (n: number) => timeline.inForce(SKU, day(n))?.rates.input;
  return { timeline, apply, inputAt };
}

describe('applyContracts', () => {
  const list = priceVersion({ sequence: 1, validFrom: day(1) });

  it('takes a discount off the list for its time, and names the list version', () => {
    const { apply, inputAt } = book([list]);
    expect(apply([EA])).toEqual([
      expect.objectContaining({
        contractId: 'EA',
        listVersionId: 'v1',
        rates: { input: '0.000001', output: '0.000004' },
        validFrom: day(10),
        validTo: day(20),
        sequence: 2,
      }),
    ]);
    expect([9, 10, 19, 20].map(inputAt)).toEqual([
      '0.000002',
      '0.000001',
      '0.000001',
      '0.000002',
    ]);
  });

  it('writes nothing the second time', () => {
    const { apply } = book([list]);
    apply([EA]);
    expect(apply([EA], day(13))).toEqual([]);
  });

  it('follows a list price that changes, and one for a while', () => {
    const { timeline, apply, inputAt } = book([list]);
    apply([EA]);
    const change = { rates: { input: '0.000006' }, sequence: 5 };
    timeline.add(
      priceVersion({ ...change, validFrom: day(14), validTo: day(16) }),
    );
    expect(apply([EA], day(14))).toHaveLength(1);
    expect([13, 14, 15, 16].map(inputAt)).toEqual([
      '0.000001',
      '0.000003',
      '0.000003',
      '0.000001',
    ]);
    expect(apply([EA], day(15))).toEqual([]);
  });

  it('re-prices its whole time when its terms change', () => {
    const { apply, inputAt } = book([list]);
    apply([EA]);
    apply([{ ...EA, discount: parseDiscount('25') }], day(15));
    expect([9, 10, 19, 20].map(inputAt)).toEqual([
      '0.000002',
      '0.0000015',
      '0.0000015',
      '0.000002',
    ]);
  });

  it('gives back what a shorter time does not cover any more', () => {
    const { apply, inputAt } = book([list]);
    apply([EA]);
    const shorter = { ...EA, validFrom: day(12), validTo: day(15) };
    apply([shorter], day(13));
    expect([11, 12, 14, 15, 19].map(inputAt)).toEqual([
      '0.000002',
      '0.000001',
      '0.000001',
      '0.000002',
      '0.000002',
    ]);
    expect(apply([shorter], day(14))).toEqual([]);
    apply([EA], day(14));
    expect([10, 19].map(inputAt)).toEqual(['0.000001', '0.000001']);
  });

  it('ends now when it is gone, and keeps what was', () => {
    const { apply, inputAt } = book([list]);
    apply([EA]);
    const [end, ...more] = apply([], day(15));
    expect(end).toMatchObject({ isWithdrawn: true, validFrom: day(15) });
    expect(more).toEqual([]);
    expect([14, 15, 19].map(inputAt)).toEqual([
      '0.000001',
      '0.000002',
      '0.000002',
    ]);
    expect(apply([], day(16))).toEqual([]);
  });

  it('leaves rates of its own alone, but for their time', () => {
    const own = priceVersion({
      sequence: 2,
      contractId: 'EA',
      sourceId: 'contract',
      rates: { input: '0.0000003' },
      validFrom: day(5),
    });
    const { apply, inputAt } = book([list, own]);
    apply([{ ...EA, offers: [priceOffer('own/llama')] }]);
    expect([4, 9, 10, 19, 20].map(inputAt)).toEqual([
      '0.000002',
      '0.000002',
      '0.0000003',
      '0.0000003',
      '0.000002',
    ]);
  });
});

describe('findBackDated', () => {
  function changes(versions: BookVersion[], added: BookVersion[]) {
    const before = new PriceTimeline(versions);
    const after = new PriceTimeline([...versions, ...added]);
    return findBackDated({
      before,
      after,
      added,
      at: day(30),
      newId: () => 'id',
    }).map(({ from, to, versionId, replacedVersionId }) => [
      from.slice(8, 10),
      to.slice(8, 10),
      versionId,
      replacedVersionId,
    ]);
  }
  const v1 = priceVersion({ sequence: 1, validFrom: day(1) });

  it('names the time, the version that holds now and the one that held', () => {
    const v2 = priceVersion({ sequence: 2, validFrom: day(10) });
    expect(changes([v1], [v2])).toEqual([['10', '30', 'v2', 'v1']]);
    const ended = { ...v2, validTo: day(20) };
    expect(changes([v1], [ended])).toEqual([['10', '20', 'v2', 'v1']]);
  });

  it('is silent about what begins now or later', () => {
    const v2 = priceVersion({ sequence: 2, validFrom: day(30) });
    expect(changes([v1], [v2])).toEqual([]);
  });

  it('splits the time where another version held', () => {
    const v2 = priceVersion({ sequence: 2, validFrom: day(20) });
    const v3 = priceVersion({ sequence: 3, validFrom: day(15) });
    expect(changes([v1, v2], [v3])).toEqual([
      ['15', '20', 'v3', 'v1'],
      ['20', '30', 'v3', 'v2'],
    ]);
  });

  it('says nothing of the list where a contract holds', () => {
    const contract = priceVersion({
      sequence: 2,
      contractId: 'EA',
      validFrom: day(10),
      validTo: day(20),
    });
    const v3 = priceVersion({ sequence: 3, validFrom: day(5) });
    expect(changes([v1, contract], [v3])).toEqual([
      ['05', '10', 'v3', 'v1'],
      ['20', '30', 'v3', 'v1'],
    ]);
  });

  it('goes back to the list where a contract is withdrawn in the past', () => {
    const contract = priceVersion({ sequence: 2, contractId: 'EA' });
    const withdrawn = priceVersion({
      sequence: 3,
      contractId: 'EA',
      isWithdrawn: true,
      validFrom: day(15),
    });
    expect(changes([v1, contract], [withdrawn])).toEqual([
      ['15', '30', 'v1', 'v2'],
    ]);
  });

  it('tells of a price where none was known', () => {
    const v2 = priceVersion({ sequence: 2, validFrom: day(1), region: 'eu' });
    expect(changes([], [v2])).toEqual([['01', '30', 'v2', undefined]]);
  });
});
