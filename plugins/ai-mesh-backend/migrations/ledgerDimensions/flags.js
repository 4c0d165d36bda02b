// @ts-check

const ESTIMATED = 1;

/** The bits of `flags`, as src/ledger/lineFlags.ts names them; these are what lines of before may have. */
const FLAG_BITS = {
  'cost-mismatch': 2,
  'unknown-price': 4,
  overrun: 8,
  'unknown-lease': 16,
};

/** @param {Record<string, any>} line */
function flagsOf(line) {
  let bits = line.estimated ? ESTIMATED : 0;
  for (const [name, bit] of Object.entries(FLAG_BITS)) {
    if (line.flags?.split(',').includes(name)) bits += bit;
  }
  return bits;
}

module.exports = { ESTIMATED, FLAG_BITS, flagsOf };
