import { PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ReportedUsage } from '../protocols';

/** A whole answer of status 200, as it was delivered. Of a stream, all of its bytes to the last event. */
export interface CachedAnswer {
  readonly contentType: string;
  readonly body: Buffer;
  /** The model that answered. */
  readonly servedModel: string;
  /** What it used, and what it cost: what an equal request is spared. */
  readonly usage: ReportedUsage;
  readonly costPicoUsd: PicoUsd;
}

/** What was found. */
export interface CacheHit {
  readonly answer: CachedAnswer;
  /** How old it is, in whole seconds: for the header `age`. */
  readonly ageSeconds: number;
}

/** The bounds that hold where none are named. */
export const DEFAULT_CACHE_BOUNDS = {
  maxBytes: 64 * 1024 * 1024,
  maxEntries: 10_000,
  /** Larger answers are not stored: they would drive out many others. */
  maxEntryBytes: 1024 * 1024,
};

/** What an entry takes besides its body, roughly. */
const OVERHEAD_BYTES = 512;

interface Entry {
  readonly answer: CachedAnswer;
  readonly bytes: number;
  readonly storedAtMs: number;
  readonly expiresAtMs: number;
}

/**
 * Answers to requests that were asked before, word for word. In memory only; who may see which is in the key, see
 * cacheKeyOf. When it is full, what was not asked for the longest goes first.
 */
export class ExactCache {
  readonly maxEntryBytes: number;
  readonly #clock: () => number;
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  /** In order of use, the oldest first. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  /** @param options.clock - in milliseconds */
  constructor(
    options: { clock: () => number } & Partial<typeof DEFAULT_CACHE_BOUNDS>,
  ) {
    const bounds = { ...DEFAULT_CACHE_BOUNDS, ...options };
    this.#clock = options.clock;
    this.#maxBytes = bounds.maxBytes;
    this.#maxEntries = bounds.maxEntries;
    this.maxEntryBytes = Math.min(bounds.maxEntryBytes, bounds.maxBytes);
  }

  /** Bytes of all entries, about. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  find(key: string): CacheHit | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#remove(key, entry);
    const nowMs = this.#clock();
    if (nowMs >= entry.expiresAtMs) return undefined;
    this.#add(key, entry); // as the last used
    const ageMs = Math.max(0, nowMs - entry.storedAtMs);
    return { answer: entry.answer, ageSeconds: Math.floor(ageMs / 1000) };
  }

  /** Stores an answer, unless it is too large. An older one of this key goes. */
  put(key: string, answer: CachedAnswer, ttlSeconds: number): void {
    const old = this.#entries.get(key);
    if (old) this.#remove(key, old);
    const bytes = answer.body.length + OVERHEAD_BYTES;
    if (bytes > this.maxEntryBytes) return;
    const storedAtMs = this.#clock();
    const expiresAtMs = storedAtMs + ttlSeconds * 1000;
    this.#add(key, { answer, bytes, storedAtMs, expiresAtMs });
    this.#makeRoom();
  }

  #makeRoom(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes && this.size <= this.#maxEntries)
        return;
      this.#remove(key, entry);
    }
  }

  #add(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
  }

  #remove(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
