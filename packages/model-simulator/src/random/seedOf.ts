import { hash } from 'node:crypto';

/** A seed in [0, 2³²) that depends on every part, and on their order. */
export function seedOf(...parts: readonly unknown[]): number {
  return parseInt(hash('sha1', JSON.stringify(parts)).slice(0, 8), 16);
}
