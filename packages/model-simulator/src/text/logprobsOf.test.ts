import fc from 'fast-check';
import { createRandom } from '../random/createRandom';
import { logprobsOf } from './logprobsOf';

describe('logprobsOf', () => {
  it('names different tokens, the likeliest first, whose probabilities sum up to at most 1', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(' the', ' or', 'Hello', ' 𓀀')),
        fc.integer(),
        fc.nat({ max: 20 }),
        (pieces, seed, top) => {
          const tokens = logprobsOf(pieces, {
            random: createRandom(seed),
            top,
          });
          expect(tokens.map(each => each.token)).toEqual(pieces);
          for (const token of tokens) {
            const { logprob, bytes } = token;
            const others = token.top.map(each => each.logprob);
            expect(Buffer.from(bytes).toString()).toBe(token.token);
            expect(token.top).toHaveLength(top);
            expect(new Set(token.top.map(each => each.token)).size).toBe(top);
            expect(others).toEqual(others.toSorted((a, b) => b - a));
            expect(logprob).toBeLessThan(0);
            expect(
              others.reduce((sum, each) => sum + Math.exp(each), 0),
            ).toBeLessThanOrEqual(1);
          }
        },
      ),
    ));
});
