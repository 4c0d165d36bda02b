import { randomUUID } from 'node:crypto';
import type { Fault } from '../faults/Fault';
import type { Exchange } from '../http/Exchange';
import { pickFault } from '../inference/directives';
import { sendAnswer } from '../inference/sendAnswer';
import { serve } from '../inference/serve';
import { streamAnswer } from '../inference/streamAnswer';
import { Latency } from '../latency/Latency';
import { createRandom } from '../random/createRandom';
import type { Simulation } from '../Simulation';
import { applyUsageDirectives } from './applyUsageDirectives';
import { filterAnswer } from './filterAnswer';
import type { TextAnswer } from './TextAnswer';
import { TextAnswers } from './TextAnswers';
import type { TextFormat } from './TextFormat';

/** Answers requests for text that come through one API. */
export function createTextHandler(simulation: Simulation, format: TextFormat) {
  const answers = new TextAnswers(format, simulation.seed);

  function sendText(
    exchange: Exchange,
    answer: TextAnswer,
    fault: Fault | undefined,
  ): Promise<void> {
    const latency = new Latency(simulation.latency, createRandom(answer.seed));
    const options = {
      id: randomUUID(),
      createdSeconds: Math.floor(Date.now() / 1_000),
      dialect: exchange.route.dialect,
      withUsage: fault?.kind !== 'no-usage',
    };
    if (answer.stream) {
      const frames = format.frames(answer, options);
      return streamAnswer(exchange, frames, { latency, fault });
    }
    return sendAnswer(exchange, format.whole(answer, options), {
      waitMs: latency.wholeAnswerMs(answer.usage.completionTokens),
      fault,
    });
  }

  return async (exchange: Exchange): Promise<void> => {
    const { deployment, dialect } = exchange.route;
    const body = await simulation.readBody(exchange);
    const regular = answers.answerTo(body, deployment);
    simulation.requireModel(regular.model, dialect);
    const fault = pickFault(simulation, exchange, regular);

    let answer = regular;
    if (fault?.kind === 'ignore-max-tokens') {
      answer = answers.answerBeyondMaxTokens(body, deployment);
    } else if (fault?.kind === 'content-filter') answer = filterAnswer(answer);
    answer = applyUsageDirectives(answer, exchange);

    await serve(simulation, exchange, {
      model: answer.model,
      usage: answer.usage,
      fault,
      stream: answer.stream,
      send: () => sendText(exchange, answer, fault),
    });
  };
}
