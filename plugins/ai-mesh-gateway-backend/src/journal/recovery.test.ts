import { CallFacts, dutyOf, fits, RECOVERY } from './recovery';

const EVERY_FACTS: CallFacts[] = Array.from({ length: 16 }, (_, bits) => ({
  dispatched: (bits & 1) !== 0,
  settled: (bits & 2) !== 0,
  voided: (bits & 4) !== 0,
  acknowledged: (bits & 8) !== 0,
}));

it.each(EVERY_FACTS)('exactly one row decides %j', facts => {
  expect(RECOVERY.filter(row => fits(row, facts))).toHaveLength(1);
});

it('delivers usage that is on record, whatever else is', () => {
  for (const facts of EVERY_FACTS.filter(each => each.settled)) {
    expect(dutyOf(facts)).toBe(facts.acknowledged ? 'forget' : 'deliver');
  }
});

it('keeps money held exactly for calls that went out and whose end nobody saw', () => {
  const kept = EVERY_FACTS.filter(facts => dutyOf(facts) === 'keep-held');
  expect(kept.map(({ acknowledged, ...facts }) => facts)).toEqual([
    { dispatched: true, settled: false, voided: false },
    { dispatched: true, settled: false, voided: false },
  ]);
});
