import fc from 'fast-check';
import { createRandom } from '../random/createRandom';
import { countTokens } from '../tokens/tokenise';
import { writeAnswer } from './writeAnswer';

const LONGEST_FIRST_WORD_TOKENS = 2;

describe('writeAnswer', () => {
  it('writes 20 to 120 tokens, the same for the same seed', () =>
    fc.assert(
      fc.property(fc.integer(), seed => {
        const text = writeAnswer(createRandom(seed));
        const tokens = countTokens(text);
        expect(tokens).toBeGreaterThanOrEqual(20);
        expect(tokens).toBeLessThanOrEqual(120 + LONGEST_FIRST_WORD_TOKENS);
        expect(writeAnswer(createRandom(seed))).toBe(text);
      }),
    ));

  it('goes on for as long as it is asked to', () => {
    const text = writeAnswer(createRandom(1), { atLeastTokens: 1_500 });
    expect(countTokens(text)).toBeGreaterThanOrEqual(1_500);
  });

  it('does not repeat itself in an answer of usual length', () => {
    const sentences = writeAnswer(createRandom(5)).split(/(?<=\.) /);
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});
