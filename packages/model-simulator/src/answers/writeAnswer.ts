import type { Random } from '../random/createRandom';
import { countTokens } from '../tokens/tokenise';
import { PHRASES } from './phrases';

const SHORTEST_TOKENS = 20;
const LONGEST_TOKENS = 120;

const PHRASES_WITH_TOKENS = PHRASES.map(text => ({
  text,
  tokens: countTokens(` ${text}`),
}));

/**
 * Plain English of 20 to 120 tokens. No phrase comes twice before every phrase has come once.
 *
 * @param options.atLeastTokens makes the answer longer than a model would choose to
 */
export function writeAnswer(
  random: Random,
  options: { atLeastTokens?: number } = {},
): string {
  const atLeast = Math.max(SHORTEST_TOKENS, options.atLeastTokens ?? 0);
  const spread = LONGEST_TOKENS - SHORTEST_TOKENS;
  const wanted = atLeast + Math.floor(random() * (spread + 1));
  const said: string[] = [];
  let unsaid: typeof PHRASES_WITH_TOKENS = [];
  for (let length = 0; ; ) {
    if (unsaid.length === 0) unsaid = [...PHRASES_WITH_TOKENS];
    const position = Math.floor(random() * unsaid.length);
    const [phrase] = unsaid.splice(position, 1);
    if (length >= atLeast && length + phrase.tokens > wanted) {
      return said.join(' ');
    }
    said.push(phrase.text);
    length += phrase.tokens;
  }
}
