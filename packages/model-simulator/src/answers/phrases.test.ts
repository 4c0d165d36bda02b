import { countTokens, tokenise } from '../tokens/tokenise';
import { PHRASES } from './phrases';

describe('PHRASES', () => {
  it.each(PHRASES)('can be cut after any token: %s', phrase => {
    const { pieces } = tokenise(` ${phrase}`);
    for (let count = 1; count <= pieces.length; count++) {
      expect(countTokens(pieces.slice(0, count).join(''))).toBe(count);
    }
  });
});
