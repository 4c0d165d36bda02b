import type { TokenUsage } from '../chat/ChatAnswer';
import type { Fault } from '../faults/Fault';
import { faultError } from '../faults/faultError';
import { ApiError } from '../http/ApiError';
import type { Exchange } from '../http/Exchange';
import { send, sendHalf } from '../http/send';
import { untilClosed, wait } from '../latency/wait';
import type { Simulation } from '../Simulation';
import { recordOnEnd } from '../usage/recordOnEnd';

/** An answer of any operation, ready to be sent. */
export interface Job {
  model: string;
  usage: TokenUsage;
  fault: Fault | undefined;
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
  const { response, requestId } = exchange;
  const { model, fault } = job;
  const refusal = fault && faultError(fault, model);
  const spoilt =
    refusal !== undefined ||
    fault?.kind === 'malformed' ||
    fault?.kind === 'html';
  recordOnEnd(
    response,
    simulation.ledger,
    { requestId, model, ...job.usage },
    spoilt ? 'failed' : 'answered',
  );
  await simulation.gate.pass(response);
  if (response.destroyed) return;
  if (refusal !== undefined) throw refusal;
  if (fault?.kind === 'html') sendHtml(exchange, fault.status ?? 502);
  else if (fault?.kind === 'hang' && fault.afterTokens === undefined) {
    await untilClosed(response);
  } else await job.send();
}

/** Sends a JSON answer after `waitMs`, or what a fault makes of it. */
export async function sendAnswer(
  exchange: Exchange,
  body: string,
  options: { waitMs: number; fault: Fault | undefined },
): Promise<void> {
  const { response } = exchange;
  await wait(response, options.waitMs);
  if (response.destroyed) return;
  switch (options.fault?.kind) {
    case 'cut':
      sendHalf(response, body);
      break;
    case 'hang':
      await untilClosed(response);
      break;
    case 'malformed':
      send(response, body.slice(0, body.length >> 1));
      break;
    default:
      send(response, body);
  }
}

/**
 * The fault that the caller asks for, else one that a rule brings.
 *
 * @throws ApiError 400 when the wish cannot be read
 */
export function pickFault(
  simulation: Simulation,
  exchange: Exchange,
  asked: { model: string; metadata: Readonly<Record<string, string>> },
): Fault | undefined {
  const header = exchange.request.headers['x-simulator-fault'];
  const directive =
    typeof header === 'string' ? header : asked.metadata.simulator_fault;
  try {
    return simulation.faults.pick(asked.model, directive);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ApiError(400, error.message, { param: 'simulator_fault' });
  }
}

/** The caller may say how much of its prompt counts as cached; never more than the prompt has. */
export function cachedTokensOf(
  exchange: Exchange,
  metadata: Readonly<Record<string, string>>,
  promptTokens: number,
): number {
  const asked =
    exchange.request.headers['x-simulator-cached-tokens'] ??
    metadata.simulator_cached_tokens ??
    '0';
  const tokens = Number(asked);
  if (!Number.isInteger(tokens) || tokens < 0) {
    throw new ApiError(400, 'Cached tokens must be a whole number from 0 on.', {
      param: 'simulator_cached_tokens',
    });
  }
  return Math.min(tokens, promptTokens);
}

function sendHtml({ response }: Exchange, status: number): void {
  send(
    response,
    `<html><head><title>${status}</title></head><body><h1>${status}</h1><hr>proxy</body></html>`,
    { status, contentType: 'text/html' },
  );
}
