import type { Fault } from '../faults/Fault';
import type { Exchange } from '../http/Exchange';
import type { Latency } from '../latency/Latency';
import { untilClosed, wait } from '../latency/wait';
import type { ChatFrames } from './chatFrames';

const EVENT_STREAM = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, must-revalidate',
};

/**
 * Streams an answer, one event a token. Tokens that are due at the same time leave in one write, so a
 * simulator that falls behind catches up; without latency the whole answer is one write.
 */
export async function streamChat(
  { response }: Exchange,
  frames: ChatFrames,
  options: { latency: Latency; fault: Fault | undefined },
): Promise<void> {
  const { latency, fault } = options;
  await wait(response, latency.firstTokenMs());
  if (response.destroyed) return;
  response.writeHead(200, EVENT_STREAM);

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
    case 'hang':
      response.write(due);
      await untilClosed(response);
      break;
    case 'malformed':
      response.end(`${due}data: {"id":"chatcmpl-\n\ndata: [DONE]\n\n`);
      break;
    default:
      response.end(due + frames.closing);
  }
}

function tokensToSend(frames: ChatFrames, fault: Fault | undefined): number {
  const all = frames.tokens.length;
  switch (fault?.kind) {
    case 'cut':
    case 'hang':
    case 'malformed':
      return Math.min(all, fault.afterTokens ?? all >> 1);
    default:
      return all;
  }
}
