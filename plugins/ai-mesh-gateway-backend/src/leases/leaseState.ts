/**
 * The life of a lease.
 *
 * - `open`: holds are taken from it. Entered when granted. Left when it expires, when its budget changes,
 *   when another lease takes its place, when it was only for the calls that waited (the end-game), or when the
 *   gateway shuts down.
 * - `draining`: no new hold; the calls that hold run to their end and their usage is delivered.
 * - `releasing`: nothing is held and all usage is acknowledged; it is being handed back.
 * - `released`: handed back; the gateway forgets it.
 */
export type LeaseState = 'open' | 'draining' | 'releasing' | 'released';

/** What happens to a lease. */
export type LeaseEvent =
  | 'expired'
  | 'recalled'
  | 'replaced'
  | 'end-game'
  | 'shutting-down'
  | 'release-started'
  | 'release-failed'
  | 'release-accepted';

const CLOSING = 'draining';

const TRANSITIONS: Record<
  LeaseState,
  Partial<Record<LeaseEvent, LeaseState>>
> = {
  open: {
    expired: CLOSING,
    recalled: CLOSING,
    replaced: CLOSING,
    'end-game': CLOSING,
    'shutting-down': CLOSING,
  },
  draining: { 'release-started': 'releasing' },
  releasing: { 'release-failed': 'draining', 'release-accepted': 'released' },
  released: {},
};

/** The state after an event. An event that means nothing in a state leaves it as it is. */
export function nextLeaseState(
  state: LeaseState,
  event: LeaseEvent,
): LeaseState {
  return TRANSITIONS[state][event] ?? state;
}
