import { ReportedUsage, StreamTap } from '../protocols';
import { SseSplitter, StreamTranslation } from '../translations';

/** A stream in the target's words, read for its usage, and put into the caller's. */
export class TranslatedTap implements StreamTap {
  readonly #tap: StreamTap;
  readonly #translation: StreamTranslation;
  readonly #splitter = new SseSplitter();

  constructor(tap: StreamTap, translation: StreamTranslation) {
    this.#tap = tap;
    this.#translation = translation;
  }

  get isDone(): boolean {
    return this.#tap.isDone;
  }

  get usage(): ReportedUsage | undefined {
    return this.#tap.usage;
  }

  get usageSoFar(): ReportedUsage | undefined {
    return this.#tap.usageSoFar;
  }

  get pieceCount(): number {
    return this.#tap.pieceCount;
  }

  /** Only asked for when the target has ended its stream. */
  get tail(): Buffer {
    return Buffer.from(
      this.#translate(this.#tap.tail) + this.#translation.end(),
    );
  }

  push(chunk: Buffer): Buffer {
    return Buffer.from(this.#translate(this.#tap.push(chunk)));
  }

  #translate(bytes: Buffer): string {
    let text = '';
    for (const event of this.#splitter.push(bytes)) {
      text += this.#translation.push(event);
    }
    return text;
  }
}
