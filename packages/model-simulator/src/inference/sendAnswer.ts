import type { Fault } from '../faults/Fault';
import type { Exchange } from '../http/Exchange';
import { JSON_TYPE, send, sendHalf } from '../http/send';
import { untilClosed, wait } from '../latency/wait';
import { trickle } from './trickle';

/** Sends a whole answer after `waitMs`, or what a fault makes of it. */
export async function sendAnswer(
  { response }: Exchange,
  body: string | Buffer,
  options: { waitMs: number; fault: Fault | undefined; contentType?: string },
): Promise<void> {
  const { fault, contentType = JSON_TYPE } = options;
  const bytes = Buffer.from(body);
  await wait(response, options.waitMs);
  if (response.destroyed) return;
  switch (fault?.kind) {
    case 'cut':
      sendHalf(response, bytes, contentType, () => response.destroy());
      break;
    case 'reset': {
      const { socket } = response;
      sendHalf(response, bytes, contentType, () => socket?.resetAndDestroy());
      break;
    }
    case 'hang':
      await untilClosed(response);
      break;
    case 'malformed':
      send(response, bytes.subarray(0, bytes.length >> 1), { contentType });
      break;
    case 'trickle':
      response.writeHead(200, {
        'content-type': contentType,
        'content-length': bytes.length,
      });
      await trickle(response, bytes, fault.intervalMs);
      break;
    default:
      send(response, bytes, { contentType });
  }
}
