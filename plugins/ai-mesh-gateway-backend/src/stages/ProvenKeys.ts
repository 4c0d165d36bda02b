import { parseKey } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { hashesEqual, hashKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { CompiledKey, CompiledSnapshot } from '../snapshot/CompiledSnapshot';

/**
 * Proves secrets against a snapshot, and remembers those that were proven, as the HMAC is the dearest step
 * of a call's authentication.
 *
 * Only proven secrets are remembered: guesses fill no memory, and there are never more than the snapshot has
 * keys. They are forgotten with the snapshot, so a revoked key is proven anew, and refused. A secret that is
 * remembered is one that its application sends with every call: it gets nowhere that it was not before.
 */
export class ProvenKeys {
  readonly #hashSecret: string;
  readonly #bySnapshot = new WeakMap<
    CompiledSnapshot,
    Map<string, CompiledKey>
  >();

  constructor(hashSecret: string) {
    this.#hashSecret = hashSecret;
  }

  /** @returns the key that the secret opens; undefined when it opens none, whatever the reason */
  find(snapshot: CompiledSnapshot, secret: string): CompiledKey | undefined {
    const proven = this.#provenOf(snapshot);
    const known = proven.get(secret);
    if (known) return known;
    const parsed = parseKey(secret);
    const key = parsed && snapshot.keys.get(parsed.id);
    if (!key || !hashesEqual(hashKey(secret, this.#hashSecret), key.hash)) {
      return undefined;
    }
    proven.set(secret, key);
    return key;
  }

  #provenOf(snapshot: CompiledSnapshot): Map<string, CompiledKey> {
    let proven = this.#bySnapshot.get(snapshot);
    if (!proven) {
      proven = new Map();
      this.#bySnapshot.set(snapshot, proven);
    }
    return proven;
  }
}
