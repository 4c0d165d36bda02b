import type { Fault } from '../faults/Fault';
import { faultError } from '../faults/faultError';
import { gzipBomb } from '../faults/gzipBomb';
import {
  addManyHeaders,
  sendExtraResponseAfter,
  sendHtml,
} from '../faults/oddResponses';
import type { Exchange } from '../http/Exchange';
import { JSON_TYPE, send } from '../http/send';
import { untilClosed } from '../latency/wait';
import type { Simulation } from '../Simulation';
import { recordOnEnd } from '../usage/recordOnEnd';
import type { TokenUsage } from '../usage/TokenUsage';
import { EVENT_STREAM_TYPE } from './streamAnswer';

/** An answer of any operation, ready to be sent. */
export interface Job {
  model: string;
  usage: TokenUsage;
  fault: Fault | undefined;
  /** Whether the caller expects events. */
  stream?: boolean;
  /** Sends the answer. */
  send(): Promise<void>;
}

/**
 * Counts an answer, holds it at the gate, and sends it or what its fault makes of it.
 *
 * @throws ApiError when the fault is a refusal
 */
export async function serve(
  simulation: Simulation,
  exchange: Exchange,
  job: Job,
): Promise<void> {
  const { response, requestId, route } = exchange;
  const { model, fault } = job;
  const refusal = fault && faultError(fault, model, route.dialect);
  recordOnEnd(
    response,
    simulation.ledger,
    { requestId, model, ...job.usage },
    refusal !== undefined || spoils(fault) ? 'failed' : 'answered',
  );
  await simulation.gate.pass(response);
  if (response.destroyed) return;
  if (refusal !== undefined) throw refusal;
  await sendOrFail(exchange, job);
}

async function sendOrFail({ response }: Exchange, job: Job): Promise<void> {
  const { fault } = job;
  switch (fault?.kind) {
    case 'html':
      sendHtml(response, fault.status ?? 502);
      return;
    case 'gzip-bomb': {
      const contentType = job.stream ? EVENT_STREAM_TYPE : JSON_TYPE;
      const headers = { 'content-encoding': 'gzip' };
      send(response, await gzipBomb(), { contentType, headers });
      return;
    }
    case 'hang':
      if (fault.afterTokens === undefined) await untilClosed(response);
      else await job.send();
      return;
    case 'reset':
      if (fault.afterTokens === undefined) response.socket?.resetAndDestroy();
      else await job.send();
      return;
    case 'many-headers':
      addManyHeaders(response);
      break;
    case 'extra-response':
      sendExtraResponseAfter(response);
      break;
    default:
  }
  await job.send();
}

/** Whether a client is left without an answer that it can read, even if all of it arrives. */
function spoils(fault: Fault | undefined): boolean {
  switch (fault?.kind) {
    case 'malformed':
    case 'html':
    case 'gzip-bomb':
    case 'many-headers':
      return true;
    default:
      return false;
  }
}
