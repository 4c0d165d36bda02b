import { createRandom } from '../random/createRandom';

/** How far the part that all texts of a model share reaches, beside the words of a text. */
const NOISE = 0.02;
/** Places in the vector that one word marks. */
const MARKS_PER_WORD = 8;

/**
 * A vector of length 1 that depends on the words of a text alone: texts that share words lie closer
 * together.
 *
 * @param words seeds of the text's words, one each
 */
export function embed(
  words: readonly number[],
  dimensions: number,
): Float32Array<ArrayBuffer> {
  const vector = new Float32Array(dimensions);
  const noise = createRandom(dimensions);
  for (let position = 0; position < dimensions; position++) {
    vector[position] = NOISE * (2 * noise() - 1);
  }
  for (const word of words) {
    const random = createRandom(word);
    for (let mark = 0; mark < MARKS_PER_WORD; mark++) {
      vector[Math.floor(random() * dimensions)] += random() < 0.5 ? -1 : 1;
    }
  }
  const length = Math.hypot(...vector);
  return vector.map(value => value / length);
}
