import type { ServerResponse } from 'node:http';
import { wait } from '../latency/wait';

const DEFAULT_INTERVAL_MS = 1_000;

/** Sends the headers that are set at once and then `bytes`, one an interval, until the client goes. */
export async function trickle(
  response: ServerResponse,
  bytes: Buffer,
  intervalMs = DEFAULT_INTERVAL_MS,
): Promise<void> {
  response.flushHeaders();
  for (let position = 0; position < bytes.length; position++) {
    await wait(response, intervalMs);
    if (response.destroyed) return;
    response.write(bytes.subarray(position, position + 1));
  }
  response.end();
}
