import type { Dialect } from '../http/ApiError';
import type { ChatAnswer } from './ChatAnswer';
import { PROMPT_FILTER_RESULTS, usageBody, type AnswerId } from './chatBody';

/** The events of a streamed answer. */
export interface ChatFrames {
  /** Sent with the first token: Azure's verdict on the prompt, and the role of each choice. */
  opening: string;
  /** One a token; with several choices they take turns. */
  tokens: string[];
  /** Finish reasons, usage when asked for, and `[DONE]`. */
  closing: string;
}

/** @see https://platform.openai.com/docs/api-reference/chat-streaming */
export function chatFrames(
  answer: ChatAnswer,
  options: AnswerId & { dialect: Dialect; withUsage: boolean },
): ChatFrames {
  const withUsage = answer.includeUsage && options.withUsage;
  const head = JSON.stringify({
    id: options.id,
    object: 'chat.completion.chunk',
    created: options.createdSeconds,
    model: answer.model,
    system_fingerprint: 'fp_simulator',
  }).slice(0, -1);
  // With usage asked for, every chunk but the last says that there is none yet.
  const tail = withUsage ? ',"usage":null}\n\n' : '}\n\n';
  const frame = (choices: string) =>
    `data: ${head},"choices":[${choices}]${tail}`;

  let opening = '';
  if (options.dialect === 'azure') {
    const verdict = JSON.stringify(PROMPT_FILTER_RESULTS);
    opening += `data: ${head},"choices":[],"prompt_filter_results":${verdict}${tail}`;
  }
  let closing = '';
  for (const [index, choice] of answer.choices.entries()) {
    opening += frame(choiceJson(index, choice.opening));
    closing += frame(choiceJson(index, {}, choice.finishReason));
  }
  if (withUsage) {
    const usage = JSON.stringify(usageBody(answer.usage));
    closing += `data: ${head},"choices":[],"usage":${usage}}\n\n`;
  }
  closing += 'data: [DONE]\n\n';
  return { opening, tokens: deltasInTurn(answer).map(frame), closing };
}

function deltasInTurn(answer: ChatAnswer): string[] {
  const longest = Math.max(...answer.choices.map(each => each.deltas.length));
  const deltas: string[] = [];
  for (let position = 0; position < longest; position++) {
    for (const [index, choice] of answer.choices.entries()) {
      const delta = choice.deltas.at(position);
      if (delta !== undefined) deltas.push(choiceJson(index, delta));
    }
  }
  return deltas;
}

function choiceJson(
  index: number,
  delta: Record<string, unknown>,
  finishReason?: string,
): string {
  return JSON.stringify({
    index,
    delta,
    logprobs: null,
    finish_reason: finishReason ?? null,
  });
}
