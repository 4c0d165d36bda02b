import { scanJson } from './scanJson';

const LENGTH = 100_000;
const GROWTH = 8;
/** Linear work grows by 8, quadratic by 64; between them is room for a noisy machine. */
const MOST_GROWTH = 3 * GROWTH;

/** The fastest of some runs, in ms. */
function timeOf(text: string): number {
  const json = Buffer.from(text);
  let best = Infinity;
  for (let run = 0; run < 5; run++) {
    const started = performance.now();
    scanJson(json, 64);
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

function filled(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length));
}

function members(length: number, nameOf: (index: number) => string): string {
  const count = Math.ceil(length / 12);
  const all = Array.from({ length: count }, (_, at) => `"${nameOf(at)}":1`);
  return all.join(',');
}

const padded = (index: number) => String(index).padStart(7, '0');

/** What makes a careless scan slow, by how long it should be. */
const BODIES: Record<string, (length: number) => string> = {
  'members at the top': length => `{${members(length, padded)}}`,
  'members within': length => `{"a":[{${members(length, padded)}}]}`,
  // alike in length and in the bytes that the quick comparison looks at
  'names alike': length =>
    `{"a":{${members(
      length,
      index => `a${padded(index)}aa${padded(index)}a`,
    )}}}`,
  'escaped names': length =>
    `{"a":{${members(length, index => `\\u0061${padded(index)}`)}}}`,
  'objects of the size that is compared one by one': length =>
    `{"a":[${filled(`{${members(12 * 16, padded)}},`, length)}0]}`,
  'brackets, which end the scan': length => `{"a":${filled('[', length)}`,
  'brackets side by side': length => `{"a":[${filled('[],', length)}0]}`,
  'empty strings': length => `{"a":[${filled('"",', length)}""]}`,
  backslashes: length => `{"a":"${filled('\\\\', length)}"}`,
  'escaped quotes': length => `{"a":"${filled('\\"', length)}"}`,
  // just longer than what is read byte by byte, so that each costs a search
  'strings to search': length =>
    `{"a":[${filled(`"${'x'.repeat(33)}",`, length)}""]}`,
  'escaped quotes to search': length =>
    `{"a":"${filled(`${'x'.repeat(33)}\\"`, length)}"}`,
  'numbers to search, each run ended by another sign': length =>
    `{"a":[${filled(`${'1,'.repeat(30)}"",${'1,'.repeat(30)}{},`, length)}0]}`,
  'numbers, and nothing else to find': length =>
    `{"a":[${filled(`[${'1,'.repeat(30)}0],`, length)}0]}`,
  'white space': length => `{"a":[${filled(' ', length)}],"b":1${' '}}`,
  'white space in objects': length =>
    `{${filled(' ', length)}"a"${filled(' ', length)}:1${filled(
      ' ',
      length,
    )},"b"${filled(' ', length)}:2}`,
  'a long name': length => `{"${filled('x', length)}":1}`,
};

describe('the time of scanJson', () => {
  it.each(Object.entries(BODIES))('is linear in %s', (_name, bodyOf) => {
    timeOf(bodyOf(LENGTH / 10)); // compiled before it is measured
    const short = timeOf(bodyOf(LENGTH));
    const long = timeOf(bodyOf(GROWTH * LENGTH));
    // below a tenth of a millisecond the clock and the machine are all that is seen
    expect(long / Math.max(short, 0.1)).toBeLessThan(MOST_GROWTH);
  });
});
