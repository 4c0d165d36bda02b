import { createHmac, randomFillSync, timingSafeEqual } from 'node:crypto';
import {
  formatKey,
  KEY_RANDOM_BYTES,
  ParsedKey,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** The shortest `aiMesh.keys.hashSecret` that is taken, in characters. @public */
export const HASH_SECRET_MIN_LENGTH = 32;

/**
 * The keyed hash under which a gateway key is stored: HMAC-SHA-256, hex. Without the hash secret a
 * stolen database opens nothing.
 *
 * @param secret - the whole key, as callers send it
 * @param hashSecret - `aiMesh.keys.hashSecret`, the same on both planes
 * @public
 */
export function hashKey(secret: string, hashSecret: string): string {
  return createHmac('sha256', hashSecret).update(secret).digest('hex');
}

/** Compares two hashes of {@link hashKey} in constant time. @public */
export function hashesEqual(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex');
  const right = Buffer.from(b, 'hex');
  return left.length === right.length && timingSafeEqual(left, right);
}

/** A new key from the system's random source. @public */
export function generateKey(): ParsedKey {
  const bytes = new Uint8Array(KEY_RANDOM_BYTES);
  const pool = new Uint8Array(KEY_RANDOM_BYTES * 2);
  let filled = 0;
  while (filled < bytes.length) {
    // bytes of 248 and above are dropped: they would make the first characters of the alphabet likelier
    for (const byte of randomFillSync(pool)) {
      if (byte < 248 && filled < bytes.length) bytes[filled++] = byte;
    }
  }
  return formatKey(bytes);
}
