import type { ServerResponse } from 'node:http';
import type { RequestOutcome, RequestRecord, UsageLedger } from './UsageLedger';

/**
 * Records a request once, when it has ended: with `whole` if all of the answer was handed over while
 * the connection was open, as aborted otherwise.
 */
export function recordOnEnd(
  response: ServerResponse,
  ledger: UsageLedger,
  record: Omit<RequestRecord, 'outcome'>,
  whole: RequestOutcome,
): void {
  const { socket } = response;
  let settled = false;
  const settle = (outcome: RequestOutcome) => {
    if (settled) return;
    settled = true;
    ledger.record({ ...record, outcome });
  };
  // First in line: Node's own listener destroys the socket of a connection that is not kept alive.
  response.prependListener('finish', () =>
    settle(socket?.destroyed ? 'aborted' : whole),
  );
  response.on('close', () => settle('aborted'));
}
