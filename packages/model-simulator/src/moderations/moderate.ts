import { createRandom } from '../random/createRandom';
import { seedOf } from '../random/seedOf';

const CATEGORIES = [
  'harassment',
  'harassment/threatening',
  'hate',
  'hate/threatening',
  'illicit',
  'illicit/violent',
  'self-harm',
  'self-harm/instructions',
  'self-harm/intent',
  'sexual',
  'sexual/minors',
  'violence',
  'violence/graphic',
];

/** Images are not judged for the other categories. */
const WITH_IMAGES = new Set([
  'self-harm',
  'self-harm/instructions',
  'self-harm/intent',
  'sexual',
  'violence',
  'violence/graphic',
]);

/** One input: a text, and whether pictures came with it. */
export interface ModeratedInput {
  text: string;
  hasImage: boolean;
}

/**
 * The verdict on one input. A text that names a category is flagged for it: "violence" for violence, but
 * not for violence/graphic.
 */
export function moderate(input: ModeratedInput, seed: number) {
  const random = createRandom(seedOf(seed, input));
  const words = new Set(input.text.toLowerCase().match(/[a-z/-]+/g));
  const rows = CATEGORIES.map(name => {
    const flagged = words.has(name);
    const types = input.hasImage && WITH_IMAGES.has(name);
    return {
      name,
      flagged,
      score: flagged ? 0.9 + random() / 10 : random() / 1_000,
      appliedTo: types ? ['text', 'image'] : ['text'],
    };
  });
  const byName = <T>(value: (row: (typeof rows)[number]) => T) =>
    Object.fromEntries(rows.map(row => [row.name, value(row)]));
  return {
    flagged: rows.some(row => row.flagged),
    categories: byName(row => row.flagged),
    category_scores: byName(row => row.score),
    category_applied_input_types: byName(row => row.appliedTo),
  };
}
