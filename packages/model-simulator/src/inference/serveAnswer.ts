import type { Fault } from '../faults/Fault';
import type { Exchange } from '../http/Exchange';
import { Latency } from '../latency/Latency';
import { createRandom } from '../random/createRandom';
import { seedOf } from '../random/seedOf';
import type { Simulation } from '../Simulation';
import type { Metadata } from '../text/TextAnswer';
import type { TokenUsage } from '../usage/TokenUsage';
import { pickFault } from './directives';
import { sendAnswer } from './sendAnswer';
import { serve } from './serve';
import { streamAnswer, type StreamFrames } from './streamAnswer';

/** What is sent: a whole body, or events. */
export type Written =
  | { body: string | Buffer; contentType?: string }
  | { frames: StreamFrames };

/** An answer of an operation whose whole work is done before the first byte, or token by token. */
export interface AnswerJob {
  model: string;
  metadata: Metadata;
  usage: TokenUsage;
  /** What the answer depends on, for its latency. */
  seedParts: unknown;
  stream?: boolean;
  /** @param options.withUsage false when the usage is to be left out although it belongs there */
  write(options: { withUsage: boolean }): Written;
}

/**
 * Serves an answer that is not text, with the latency of one first token, and what a fault makes of it.
 *
 * @throws ApiError 404 when the model is not served, or when the fault is a refusal
 */
export async function serveAnswer(
  simulation: Simulation,
  exchange: Exchange,
  job: AnswerJob,
): Promise<void> {
  const { model, usage, stream } = job;
  simulation.requireModel(model, exchange.route.dialect);
  const fault = pickFault(simulation, exchange, job);
  const send = () => sendWritten(simulation, exchange, job, fault);
  await serve(simulation, exchange, { model, usage, fault, stream, send });
}

function sendWritten(
  simulation: Simulation,
  exchange: Exchange,
  job: AnswerJob,
  fault: Fault | undefined,
): Promise<void> {
  const random = createRandom(seedOf(simulation.seed, job.seedParts));
  const latency = new Latency(simulation.latency, random);
  const written = job.write({ withUsage: fault?.kind !== 'no-usage' });
  if ('frames' in written) {
    return streamAnswer(exchange, written.frames, { latency, fault });
  }
  const { body, contentType } = written;
  const waitMs = latency.firstTokenMs();
  return sendAnswer(exchange, body, { waitMs, fault, contentType });
}
