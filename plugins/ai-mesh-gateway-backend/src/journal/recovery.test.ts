import {
  CALL_RECOVERY,
  callDuty,
  fits,
  LEASE_RECOVERY,
  leaseDuty,
} from './recovery';

const BOTH = [false, true];
const CALLS = BOTH.flatMap(settled =>
  BOTH.map(acknowledged => ({ settled, acknowledged })),
);
const LEASES = BOTH.flatMap(released =>
  BOTH.map(inFlight => ({ released, inFlight })),
);

it.each(CALLS)('exactly one row decides the call %j', facts => {
  expect(CALL_RECOVERY.filter(row => fits(row, facts))).toHaveLength(1);
});

it.each(LEASES)('exactly one row decides the lease %j', facts => {
  expect(LEASE_RECOVERY.filter(row => fits(row, facts))).toHaveLength(1);
});

it('needs every row', () => {
  for (const row of CALL_RECOVERY) {
    expect(CALLS.some(facts => fits(row, facts))).toBe(true);
  }
  for (const row of LEASE_RECOVERY) {
    expect(LEASES.some(facts => fits(row, facts))).toBe(true);
  }
});

it('delivers exactly the usage that is on record and not acknowledged', () => {
  expect(CALLS.filter(facts => callDuty(facts) === 'deliver')).toEqual([
    { settled: true, acknowledged: false },
  ]);
});

it('keeps money held exactly for a lease that is here and may have calls in flight', () => {
  expect(LEASES.filter(facts => leaseDuty(facts) === 'keep-in-flight')).toEqual(
    [{ released: false, inFlight: true }],
  );
});
