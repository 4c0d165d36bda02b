import { randomUUID } from 'node:crypto';
import type { Fault } from '../faults/Fault';
import type { Exchange } from '../http/Exchange';
import { readBody } from '../http/readBody';
import {
  cachedTokensOf,
  pickFault,
  sendAnswer,
  serve,
} from '../inference/serve';
import { Latency } from '../latency/Latency';
import { createRandom } from '../random/createRandom';
import type { Simulation } from '../Simulation';
import type { ChatAnswer } from './ChatAnswer';
import { ChatAnswers } from './ChatAnswers';
import { chatBody } from './chatBody';
import { chatFrames } from './chatFrames';
import { filterAnswer } from './filterAnswer';
import { streamChat } from './streamChat';

/** `POST …/chat/completions` */
export function createChatHandler(simulation: Simulation) {
  const answers = new ChatAnswers(simulation.seed);

  return async (exchange: Exchange): Promise<void> => {
    const { deployment, dialect } = exchange.route;
    const body = await readBody(exchange.request, simulation.bodyLimitBytes);
    const regular = answers.answerTo(body, deployment);
    simulation.requireModel(regular.model, dialect);
    const fault = pickFault(simulation, exchange, regular);

    let answer = regular;
    if (fault?.kind === 'ignore-max-tokens') {
      answer = answers.answerBeyondMaxTokens(body, deployment);
    } else if (fault?.kind === 'content-filter') answer = filterAnswer(answer);
    answer = withCachedTokens(answer, exchange);

    await serve(simulation, exchange, {
      model: answer.model,
      usage: answer.usage,
      fault,
      send: () => sendChat(simulation, exchange, answer, fault),
    });
  };
}

function sendChat(
  simulation: Simulation,
  exchange: Exchange,
  answer: ChatAnswer,
  fault: Fault | undefined,
): Promise<void> {
  const latency = new Latency(simulation.latency, createRandom(answer.seed));
  const options = {
    id: `chatcmpl-${randomUUID()}`,
    createdSeconds: Math.floor(Date.now() / 1_000),
    dialect: exchange.route.dialect,
    withUsage: fault?.kind !== 'no-usage',
  };
  if (answer.stream) {
    const frames = chatFrames(answer, options);
    return streamChat(exchange, frames, { latency, fault });
  }
  return sendAnswer(exchange, chatBody(answer, options), {
    waitMs: latency.wholeAnswerMs(answer.usage.completionTokens),
    fault,
  });
}

function withCachedTokens(answer: ChatAnswer, exchange: Exchange): ChatAnswer {
  const { metadata, usage } = answer;
  const cachedTokens = cachedTokensOf(exchange, metadata, usage.promptTokens);
  return cachedTokens === usage.cachedTokens
    ? answer
    : { ...answer, usage: { ...usage, cachedTokens } };
}
