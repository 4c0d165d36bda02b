import {
  CONTENT_FILTER_RESULTS,
  PROMPT_FILTER_RESULTS,
  usageBody,
} from '../chat/chatBody';
import { requireModelName } from '../http/ApiError';
import { parseBody } from '../http/parseBody';
import type { StreamFrames } from '../inference/streamAnswer';
import type { TokenLogprob } from '../text/logprobsOf';
import { takeTurns } from '../text/takeTurns';
import type { TextAnswer } from '../text/TextAnswer';
import type { SendOptions, TextFormat } from '../text/TextFormat';
import { completionsRequestSchema } from './completionsRequest';
import { composeCompletions } from './composeCompletions';

/** `POST …/completions`, the API before chat. */
export const completionsFormat: TextFormat = {
  compose(body, { deployment, ...options }) {
    const request = parseBody(body, completionsRequestSchema);
    const model = requireModelName(request.model, deployment);
    return composeCompletions(request, { ...options, model });
  },

  whole(answer, options) {
    const azure = options.dialect === 'azure';
    return JSON.stringify({
      ...headOf(answer, options),
      choices: answer.choices.map((choice, index) => ({
        text: choice.text,
        index,
        logprobs: choice.logprobs ? legacyLogprobs(choice.logprobs) : null,
        finish_reason: choice.finishReason,
        ...(azure && { content_filter_results: CONTENT_FILTER_RESULTS }),
      })),
      ...(options.withUsage && { usage: usageBody(answer) }),
      ...(azure && { prompt_filter_results: PROMPT_FILTER_RESULTS }),
    });
  },

  frames: completionFrames,
};

function completionFrames(
  answer: TextAnswer,
  options: SendOptions,
): StreamFrames {
  const withUsage = answer.includeUsage && options.withUsage;
  const head = headOf(answer, options);
  // With usage asked for, every chunk but the last says that there is none yet.
  const event = (fields: Record<string, unknown>) =>
    `data: ${JSON.stringify({
      ...head,
      ...(withUsage && { usage: null }),
      ...fields,
    })}\n\n`;

  const tokens = takeTurns(
    answer.choices.map(({ pieces, logprobs }, index) => {
      let offset = 0;
      return pieces.map((text, position) => {
        const likelihood =
          logprobs && legacyLogprobs([logprobs[position]], offset);
        offset += text.length;
        return event({ choices: [chunkOf(index, text, likelihood)] });
      });
    }),
  );
  let closing = '';
  for (const [index, { finishReason }] of answer.choices.entries()) {
    const chunk = { ...chunkOf(index, ''), finish_reason: finishReason };
    closing += event({ choices: [chunk] });
  }
  if (withUsage) {
    closing += event({ choices: [], usage: usageBody(answer) });
  }
  const opening =
    options.dialect === 'azure'
      ? event({ choices: [], prompt_filter_results: PROMPT_FILTER_RESULTS })
      : '';
  return {
    opening,
    tokens,
    closing: `${closing}data: [DONE]\n\n`,
    broken: 'data: {"id":"cmpl-\n\ndata: [DONE]\n\n',
  };
}

function headOf({ model, serviceTier }: TextAnswer, options: SendOptions) {
  return {
    id: `cmpl-${options.id}`,
    object: 'text_completion',
    created: options.createdSeconds,
    model,
    ...(serviceTier !== undefined && { service_tier: serviceTier }),
    system_fingerprint: 'fp_simulator',
  };
}

function chunkOf(
  index: number,
  text: string,
  logprobs?: Record<string, unknown>,
) {
  return { text, index, logprobs: logprobs ?? null, finish_reason: null };
}

/** @param offset where the first of the tokens begins in the text, in characters */
function legacyLogprobs(
  tokens: readonly TokenLogprob[],
  offset = 0,
): Record<string, unknown> {
  let next = offset;
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top }) =>
      Object.fromEntries(top.map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: tokens.map(({ token }) => {
      const start = next;
      next += token.length;
      return start;
    }),
  };
}
