import type { Random } from '../random/createRandom';

/** A token, and how likely it was. */
export interface Likelihood {
  token: string;
  /** Natural logarithm of the probability, below 0. */
  logprob: number;
  /** The token in UTF-8. */
  bytes: number[];
}

export interface TokenLogprob extends Likelihood {
  /** The likeliest tokens at this place, the chosen one first. */
  top: Likelihood[];
}

/** What else might have been said; each is one token of o200k_base. */
const OTHERS =
  ' the, a, and, to, of, in, is, that, it, for, on, with, as, by, at, from, this, we, be, or'
    .split(',')
    .map(word => (word.startsWith(' ') ? word : ` ${word}`));

/**
 * How likely each piece of a text was: made up, but as a model would have it. The chosen token has at
 * least half of the probability; each other one half of what is left.
 *
 * @param options.top how many of the likeliest tokens are named at each place, 0 to 20
 */
export function logprobsOf(
  pieces: readonly string[],
  options: { random: Random; top: number },
): TokenLogprob[] {
  return pieces.map(piece => {
    const probability = 0.5 + options.random() / 2.000_001;
    const chosen = likelihood(piece, probability);
    const top = [chosen];
    let left = 1 - probability;
    for (const other of OTHERS) {
      if (top.length >= options.top) break;
      if (other === piece) continue;
      left /= 2;
      top.push(likelihood(other, left));
    }
    return { ...chosen, top: top.slice(0, options.top) };
  });
}

function likelihood(token: string, probability: number): Likelihood {
  return {
    token,
    logprob: Math.log(probability),
    bytes: [...Buffer.from(token)],
  };
}
