import fc from 'fast-check';
import { countTokens, tokenise } from './tokenise';

describe('tokenise', () => {
  it('cuts any text to a beginning that counts the same again', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.nat({ max: 60 }),
        (text, maxTokens) => {
          const cut = tokenise(text, maxTokens);
          expect(text.startsWith(cut.text)).toBe(true);
          expect(cut.pieces.join('')).toBe(cut.text);
          expect(cut.tokenCount).toBe(countTokens(cut.text));
          expect(cut.tokenCount).toBeLessThanOrEqual(maxTokens);
          expect(cut.truncated).toBe(cut.text !== text);
        },
      ),
    ));

  it('leaves a text alone that is short enough', () => {
    expect(tokenise('Hello world', 2)).toEqual({
      text: 'Hello world',
      pieces: ['Hello', ' world'],
      tokenCount: 2,
      truncated: false,
    });
  });

  it('keeps a character of several tokens whole', () => {
    const { pieces } = tokenise('𓀀 ok');
    expect(pieces.join('')).toBe('𓀀 ok');
    expect(pieces.some(piece => piece.includes('\uFFFD'))).toBe(false);
  });
});

describe('countTokens', () => {
  it('counts a special token in a prompt as the text that it is', () => {
    expect(countTokens('<|endoftext|>')).toBeGreaterThan(1);
  });

  it('does the same work for each thousand characters of a run without a break', () => {
    const thousand = countTokens('a'.repeat(1_000));
    expect(countTokens('a'.repeat(400_000))).toBe(400 * thousand);
  });
});
