/** Of what is held, how much a call costs: Beta(1.2, 4), whose mean is 0.23. */
export function costShare(random: () => number): number {
  const one = gamma(1.2, random);
  return one / (one + gamma(4, random));
}

/** @see Marsaglia & Tsang (2000), ACM Trans. Math. Softw. 26(3):363 */
function gamma(shape: number, random: () => number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x =
      Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const limit = 0.5 * x * x + d - d * v + d * Math.log(v);
    if (Math.log(1 - random()) < limit) return d * v;
  }
}
