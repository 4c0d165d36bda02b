import { priceOffer, priceVersion } from '../__testUtils__/prices';
import { planImport } from './planImport';
import { BookVersion, PriceOffer } from './Price';
import { PriceTimeline } from './PriceTimeline';

const AT = '2026-06-01T00:00:00.000Z';

function plan(
  offers: PriceOffer[],
  versions: BookVersion[] = [],
  stillOffers = (_: BookVersion) => true,
) {
  let ids = 0;
  return planImport(offers, {
    timeline: new PriceTimeline(versions),
    at: AT,
    newId: () => `new ${(ids += 1)}`,
    stillOffers,
  });
}

function outcomes(...args: Parameters<typeof plan>) {
  return plan(...args).map(each => each.outcome);
}

const LLAMA = priceOffer('own/llama');
const dearer = (factor: number, more: Partial<PriceOffer> = {}) =>
  priceOffer('own/llama', {
    rates: { input: (0.000002 * factor).toFixed(9), output: '0.000008' },
    ...more,
  });

describe('planImport', () => {
  it('takes the very first price, whatever it is', () => {
    expect(outcomes([LLAMA])).toEqual(['new']);
  });

  it('lets a change of more than five times wait, and leaves the price as it is', () => {
    const [change] = plan([dearer(6)], [priceVersion({})]);
    expect(change).toMatchObject({
      outcome: 'waiting',
      present: { id: 'v1' },
      jump: { changedClass: 'input', factor: '6' },
    });
    expect(change.version).toBeUndefined();
    expect(outcomes([dearer(5)], [priceVersion({})])).toEqual(['changed']);
  });

  it('measures a region that is new against the price for everywhere', () => {
    const eu = { region: 'eu' };
    expect(outcomes([dearer(6, eu)], [priceVersion({})])).toEqual(['waiting']);
    expect(outcomes([dearer(1, eu)], [priceVersion({})])).toEqual(['new']);
  });

  it('measures a begin before all versions against the one recorded last', () => {
    const past = { validFrom: '2025-01-01T00:00:00.000Z' };
    expect(outcomes([dearer(6, past)], [priceVersion({})])).toEqual([
      'waiting',
    ]);
  });

  it('leaves alone what is held, and the later of two offers holds', () => {
    expect(outcomes([dearer(2), LLAMA], [priceVersion({})])).toEqual([
      'unchanged',
    ]);
  });

  it('takes two times of one price, each against what holds then', () => {
    const first = dearer(2, {
      validFrom: '2026-07-01T00:00:00.000Z',
      validTo: '2026-08-01T00:00:00.000Z',
    });
    const second = dearer(8, { validFrom: '2026-08-01T00:00:00.000Z' });
    expect(outcomes([first, second], [priceVersion({})])).toEqual([
      'changed',
      'waiting',
    ]);
    expect(plan([first], [priceVersion({})])[0].version).toMatchObject({
      validFrom: first.validFrom,
      validTo: first.validTo,
      recordedAt: AT,
      sequence: 2,
    });
  });

  describe('between sources', () => {
    const configured = priceVersion({ sourceId: 'configuration' });

    it('takes the configuration before the file before the module before the table', () => {
      const offers = ['bundled', 'azure-retail', 'file', 'configuration'].map(
        (sourceId, index) => dearer(1 + index / 10, { sourceId }),
      );
      const taken = plan(offers).filter(each => each.version);
      expect(taken.map(each => each.offer.sourceId)).toEqual(['configuration']);
    });

    it('keeps a price of higher rank, as long as its source offers it', () => {
      expect(outcomes([dearer(2)], [configured])).toEqual(['outranked']);
      expect(outcomes([dearer(2)], [configured], () => false)).toEqual([
        'changed',
      ]);
    });

    it('records what a higher rank confirms, so that a lower one cannot change it', () => {
      const upload = { ...LLAMA, sourceId: 'upload' };
      expect(outcomes([upload], [priceVersion({})])).toEqual(['changed']);
      expect(outcomes([upload], [priceVersion(upload)])).toEqual(['unchanged']);
    });

    it('does not let two modules take turns', () => {
      const held = priceVersion({ sourceId: 'module-a' });
      const other = dearer(2, { sourceId: 'module-b' });
      expect(outcomes([other], [held])).toEqual(['outranked']);
      expect(outcomes([other], [held], () => false)).toEqual(['changed']);
    });
  });
});
