/**
 * The most that the calls of one lease may have at providers, as the journal has it.
 *
 * Written ahead and with room, so that a call under steady load writes nothing: it doubles when it is passed,
 * and comes down when a quarter of it would do. What a crash leaves held is thus never less than what was in
 * flight, and at most twice the most that was since it last came down.
 */
export class Watermark {
  readonly #limitPicoUsd: bigint;
  readonly #write: (atMostPicoUsd: bigint) => void;
  #atMostPicoUsd = 0n;

  /**
   * @param limitPicoUsd - what was granted: more can never be in flight
   * @param write - puts it on record; when it throws, the watermark stays as it was
   */
  constructor(limitPicoUsd: bigint, write: (atMostPicoUsd: bigint) => void) {
    this.#limitPicoUsd = limitPicoUsd;
    this.#write = write;
  }

  /** Returns when so much in flight is on record. */
  cover(picoUsd: bigint): void {
    if (picoUsd <= this.#atMostPicoUsd) return;
    const ample = 2n * picoUsd;
    this.#set(ample < this.#limitPicoUsd ? ample : this.#limitPicoUsd);
  }

  /** Comes down when it is far above what is in flight; to zero when nothing is. */
  lower(picoUsd: bigint): void {
    if (4n * picoUsd < this.#atMostPicoUsd) this.#set(2n * picoUsd);
  }

  #set(atMostPicoUsd: bigint): void {
    this.#write(atMostPicoUsd);
    this.#atMostPicoUsd = atMostPicoUsd;
  }
}
