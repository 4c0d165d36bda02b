import { tokenise } from '../tokens/tokenise';
import type { Choice, TextAnswer } from './TextAnswer';

/** The same answer, stopped half way by a content filter. A tool call is stopped before it begins. */
export function filterAnswer(answer: TextAnswer): TextAnswer {
  const choices = answer.choices.map(filterChoice);
  const completionTokens = choices.reduce(
    (sum, choice) => sum + choice.completionTokens,
    0,
  );
  return { ...answer, choices, usage: { ...answer.usage, completionTokens } };
}

function filterChoice(choice: Choice): Choice {
  const half = tokenise(choice.text, Math.floor(choice.completionTokens / 2));
  return {
    text: half.text,
    pieces: half.pieces,
    toolCalls: [],
    finishReason: 'content_filter',
    completionTokens: half.tokenCount,
    logprobs: choice.logprobs?.slice(0, half.pieces.length),
  };
}
