import { decodeTokens } from './decodeTokens';
import { encodeTokens } from './tokenise';

describe('decodeTokens', () => {
  it('leaves out a character whose last token is missing, and does not remember it', () => {
    const tokens = encodeTokens('𓀀');
    expect(tokens.length).toBeGreaterThan(1);

    expect(decodeTokens(tokens.slice(0, -1))).toEqual([]);
    expect(decodeTokens(tokens)).toEqual(['𓀀']);
  });
});
