import { fits, LEASE_RECOVERY, leaseDuty } from './recovery';

const BOTH = [false, true];
const LEASES = BOTH.flatMap(released =>
  BOTH.map(inFlight => ({ released, inFlight })),
);

it.each(LEASES)('exactly one row decides the lease %j', facts => {
  expect(LEASE_RECOVERY.filter(row => fits(row, facts))).toHaveLength(1);
});

it('needs every row', () => {
  for (const row of LEASE_RECOVERY) {
    expect(LEASES.some(facts => fits(row, facts))).toBe(true);
  }
});

it('keeps money held exactly for a lease that is here and may have calls in flight', () => {
  expect(LEASES.filter(facts => leaseDuty(facts) === 'keep-in-flight')).toEqual(
    [{ released: false, inFlight: true }],
  );
});
