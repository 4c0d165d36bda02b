import { LeaseEvent, LeaseState, nextLeaseState } from './leaseState';

const EVENTS: LeaseEvent[] = [
  'expired',
  'recalled',
  'replaced',
  'end-game',
  'shutting-down',
  'release-started',
  'release-failed',
  'release-accepted',
];

it.each([
  'expired',
  'recalled',
  'replaced',
  'end-game',
  'shutting-down',
] as const)('takes no more holds once it is %s', event =>
  expect(nextLeaseState('open', event)).toBe('draining'),
);

it('never opens again', () => {
  const states: LeaseState[] = ['draining', 'releasing', 'released'];
  for (const state of states) {
    for (const event of EVENTS) {
      expect(nextLeaseState(state, event)).not.toBe('open');
    }
  }
});

it('is handed back again when that failed', () => {
  const failed = nextLeaseState('releasing', 'release-failed');
  expect(nextLeaseState(failed, 'release-started')).toBe('releasing');
});
