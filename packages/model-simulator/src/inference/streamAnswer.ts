import type { Fault } from '../faults/Fault';
import type { Exchange } from '../http/Exchange';
import type { Latency } from '../latency/Latency';
import { untilClosed, wait } from '../latency/wait';
import { trickle } from './trickle';

/** The events of a streamed answer, as they stand on the wire. */
export interface StreamFrames {
  /** Sent with the first token: what comes before any text. */
  opening: string;
  /** One a token; with several choices they take turns. */
  tokens: string[];
  /** What follows the last token: finish reasons, usage and the end of the stream. */
  closing: string;
  /** An event that cannot be read, and the end of the stream. */
  broken: string;
}

export const EVENT_STREAM_TYPE = 'text/event-stream; charset=utf-8';

const EVENT_STREAM = {
  'content-type': EVENT_STREAM_TYPE,
  'cache-control': 'no-cache, must-revalidate',
};

/**
 * Streams an answer, one event a token. Tokens that are due at the same time leave in one write, so a
 * simulator that falls behind catches up; without latency the whole answer is one write.
 */
export async function streamAnswer(
  { response }: Exchange,
  frames: StreamFrames,
  options: { latency: Latency; fault: Fault | undefined },
): Promise<void> {
  const { latency, fault } = options;
  await wait(response, latency.firstTokenMs());
  if (response.destroyed) return;
  response.writeHead(200, EVENT_STREAM);
  if (fault?.kind === 'trickle') {
    const bytes = Buffer.from(
      frames.opening + frames.tokens.join('') + frames.closing,
    );
    await trickle(response, bytes, fault.intervalMs);
    return;
  }

  let due = frames.opening;
  let nextMs = performance.now();
  for (const frame of frames.tokens.slice(0, tokensToSend(frames, fault))) {
    const waitMs = nextMs - performance.now();
    if (waitMs > 0) {
      response.write(due);
      due = '';
      await wait(response, waitMs);
      if (response.destroyed) return;
    }
    due += frame;
    nextMs += latency.betweenTokensMs();
  }

  switch (fault?.kind) {
    case 'cut':
      response.write(due, () => response.destroy());
      break;
    case 'reset': {
      const { socket } = response;
      response.write(due, () => socket?.resetAndDestroy());
      break;
    }
    case 'hang':
      response.write(due);
      await untilClosed(response);
      break;
    case 'malformed':
      response.end(due + frames.broken);
      break;
    default:
      response.end(due + frames.closing);
  }
}

function tokensToSend(frames: StreamFrames, fault: Fault | undefined): number {
  const all = frames.tokens.length;
  switch (fault?.kind) {
    case 'cut':
    case 'hang':
    case 'malformed':
    case 'reset':
      return Math.min(all, fault.afterTokens ?? all >> 1);
    default:
      return all;
  }
}
