import { hash } from 'node:crypto';
import { hashKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';

const MAX_ENTRIES = 10_000;

/**
 * The keyed hashes of secrets, remembered: the HMAC is the dearest step of a call's authentication.
 * Secrets themselves are not kept, only their SHA-256, which gives nothing away of 238 random bits.
 */
export class KeyHashes {
  readonly #hashSecret: string;
  readonly #known = new Map<string, string>();

  constructor(hashSecret: string) {
    this.#hashSecret = hashSecret;
  }

  /** The same as `hashKey`. */
  of(secret: string): string {
    const fingerprint = hash('sha256', secret);
    const known = this.#known.get(fingerprint);
    if (known !== undefined) return known;
    const keyHash = hashKey(secret, this.#hashSecret);
    if (this.#known.size >= MAX_ENTRIES) this.#known.clear();
    this.#known.set(fingerprint, keyHash);
    return keyHash;
  }
}
