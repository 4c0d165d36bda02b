import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { decodeTokens } from './decodeTokens';

/** A text as a model would have produced it. */
export interface TokenisedText {
  text: string;
  /** What each streamed delta carries. One token each; a character of several tokens stays whole. */
  pieces: string[];
  /** Length of the encoding of `text`. */
  tokenCount: number;
  /** Whether `maxTokens` cut something off. */
  truncated: boolean;
}

/** A prompt may spell a special token; for counting it is text like any other. */
const AS_PLAIN_TEXT = { disallowedSpecial: new Set<string>() };

/** Byte pair encoding is quadratic in the length of a run without a break: 200,000 letters take seconds. */
const LONGEST_RUN = 1_000;
const LONG_RUN = new RegExp(`\\S{${LONGEST_RUN},}|\\s{${LONGEST_RUN},}`);

/**
 * Tokens of `text` in o200k_base, the encoding of the GPT-4o family.
 *
 * A text with an unbroken run of 1,000 characters or more is encoded in pieces of 1,000 characters,
 * which costs a few tokens too many at each of the joints.
 */
export function encodeTokens(text: string): number[] {
  if (text.length < LONGEST_RUN || !LONG_RUN.test(text)) {
    return encode(text, AS_PLAIN_TEXT);
  }
  const tokens: number[] = [];
  for (let start = 0; start < text.length; start += LONGEST_RUN) {
    const piece = text.slice(start, start + LONGEST_RUN);
    tokens.push(...encode(piece, AS_PLAIN_TEXT));
  }
  return tokens;
}

/** How many tokens `encodeTokens` makes of `text`. */
export function countTokens(text: string): number {
  return encodeTokens(text).length;
}

/**
 * The longest beginning of `text` of at most `maxTokens` tokens whose own encoding has exactly as many
 * tokens as it was given: a cut inside a word may merge differently when somebody counts again.
 *
 * @param maxTokens at least 0; unlimited when left out
 */
export function tokenise(text: string, maxTokens = Infinity): TokenisedText {
  const tokens = encodeTokens(text);
  if (tokens.length <= maxTokens) {
    return {
      text,
      pieces: decodeTokens(tokens),
      tokenCount: tokens.length,
      truncated: false,
    };
  }
  for (let length = maxTokens; length > 0; length--) {
    const pieces = decodeTokens(tokens.slice(0, length));
    const beginning = pieces.join('');
    if (countTokens(beginning) === length) {
      return { text: beginning, pieces, tokenCount: length, truncated: true };
    }
  }
  return { text: '', pieces: [], tokenCount: 0, truncated: true };
}
