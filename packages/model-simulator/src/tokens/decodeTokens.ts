import { StringDecoder } from 'node:string_decoder';
import vocabulary from 'gpt-tokenizer/bpeRanks/o200k_base';

/** Every token from 0 to here has a spelling. */
export const HIGHEST_TOKEN = vocabulary.length - 1;

/**
 * The text of each token; a character of several tokens comes whole with its last one, and one whose
 * last token is missing does not come at all.
 *
 * The tokenizer's own `decode` shares one decoder among all calls: half a character in one call turns
 * up at the start of the next.
 */
export function decodeTokens(tokens: readonly number[]): string[] {
  const decoder = new StringDecoder('utf8');
  const pieces: string[] = [];
  for (const token of tokens) {
    const spelling = vocabulary[token];
    const bytes =
      typeof spelling === 'string'
        ? Buffer.from(spelling)
        : Uint8Array.from(spelling);
    const piece = decoder.write(bytes);
    if (piece !== '') pieces.push(piece);
  }
  return pieces;
}
