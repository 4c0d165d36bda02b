import type { StreamFrames } from '../inference/streamAnswer';
import type { Choice, TextAnswer } from '../text/TextAnswer';
import type { SendOptions } from '../text/TextFormat';
import { takeTurns } from '../text/takeTurns';
import {
  logprobBody,
  PROMPT_FILTER_RESULTS,
  toolCallBody,
  usageBody,
} from './chatBody';

const BROKEN = 'data: {"id":"chatcmpl-\n\ndata: [DONE]\n\n';

/**
 * The events of a streamed chat: Azure's verdict on the prompt, the role of each choice, one event a
 * token, finish reasons, usage when asked for, and `[DONE]`.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 */
export function chatFrames(
  answer: TextAnswer,
  options: SendOptions,
): StreamFrames {
  const withUsage = answer.includeUsage && options.withUsage;
  const head = JSON.stringify({
    id: `chatcmpl-${options.id}`,
    object: 'chat.completion.chunk',
    created: options.createdSeconds,
    model: answer.model,
    ...(answer.serviceTier !== undefined && {
      service_tier: answer.serviceTier,
    }),
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
    const { finishReason } = choice;
    opening += frame(choiceJson(index, { delta: openingDelta(choice) }));
    closing += frame(choiceJson(index, { delta: {}, finishReason }));
  }
  if (withUsage) {
    const usage = JSON.stringify(usageBody(answer));
    closing += `data: ${head},"choices":[],"usage":${usage}}\n\n`;
  }
  closing += 'data: [DONE]\n\n';
  const tokens = takeTurns(
    answer.choices.map((choice, index) =>
      deltasOf(choice).map(part => frame(choiceJson(index, part))),
    ),
  );
  return { opening, tokens, closing, broken: BROKEN };
}

/** Names the role, and the first tool that is called. */
function openingDelta({ toolCalls }: Choice): Record<string, unknown> {
  return toolCalls.length === 0
    ? { role: 'assistant', content: '', refusal: null }
    : {
        role: 'assistant',
        content: null,
        tool_calls: [{ index: 0, ...toolCallBody(toolCalls[0], '') }],
      };
}

interface Part {
  delta: Record<string, unknown>;
  logprobs?: Record<string, unknown>;
  finishReason?: string;
}

/** One a token; the first of every further tool names it, too. */
function deltasOf({ pieces, toolCalls, logprobs }: Choice): Part[] {
  const texts = pieces.map((content, position) => ({
    delta: { content },
    ...(logprobs && {
      logprobs: { content: [logprobBody(logprobs[position])], refusal: null },
    }),
  }));
  const calls = toolCalls.flatMap((call, index) =>
    call.pieces.map((piece, position) => ({
      delta: {
        tool_calls: [
          position === 0 && index > 0
            ? { index, ...toolCallBody(call, piece) }
            : { index, function: { arguments: piece } },
        ],
      },
    })),
  );
  return [...texts, ...calls];
}

function choiceJson(index: number, part: Part): string {
  return JSON.stringify({
    index,
    delta: part.delta,
    logprobs: part.logprobs ?? null,
    finish_reason: part.finishReason ?? null,
  });
}
