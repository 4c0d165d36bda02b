import { tokenise } from '../tokens/tokenise';
import type { ChatAnswer, ChatChoice } from './ChatAnswer';

/** The same answer, stopped half way by a content filter. A tool call is stopped before it begins. */
export function filterAnswer(answer: ChatAnswer): ChatAnswer {
  const choices = answer.choices.map(filterChoice);
  const completionTokens = choices.reduce(
    (sum, choice) => sum + choice.completionTokens,
    0,
  );
  return { ...answer, choices, usage: { ...answer.usage, completionTokens } };
}

function filterChoice(choice: ChatChoice): ChatChoice {
  const { content } = choice.message;
  const text = typeof content === 'string' ? content : '';
  const half = tokenise(text, Math.floor(choice.completionTokens / 2));
  return {
    message: { role: 'assistant', content: half.text, refusal: null },
    opening: { role: 'assistant', content: '', refusal: null },
    deltas: half.pieces.map(piece => ({ content: piece })),
    finishReason: 'content_filter',
    completionTokens: half.tokenCount,
  };
}
