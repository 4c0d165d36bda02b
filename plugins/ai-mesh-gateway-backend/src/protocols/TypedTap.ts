import { EventTap } from './EventTap';
import { eventType, parseData } from './eventBytes';
import { ReportedUsage } from './usage';

/** What an event of a kind means. */
export interface EventMeaning {
  /** It holds something of the answer. */
  isPiece?: boolean;
  /** The answer is complete with it. */
  isLast?: boolean;
  /** Reads the usage of its data; several of one stream are given over to `merge`. */
  readUsage?(data: Record<string, unknown>): ReportedUsage | undefined;
}

/** What the events of a protocol mean, by their type. Chunks without a type stand under the empty one. */
export type EventMeanings = (type: string) => EventMeaning | undefined;

/** Listens to events that name their type. All pass as they come. */
export class TypedTap extends EventTap {
  readonly #meaningOf: EventMeanings;
  readonly #merge: (a: ReportedUsage, b: ReportedUsage) => ReportedUsage;

  /** @param options.merge - for a stream that reports usage more than once; the last one holds, if absent */
  constructor(options: {
    meaningOf: EventMeanings;
    merge?: (a: ReportedUsage, b: ReportedUsage) => ReportedUsage;
    maxEventBytes?: number;
  }) {
    super(options.maxEventBytes);
    this.#meaningOf = options.meaningOf;
    this.#merge = options.merge ?? ((_, last) => last);
  }

  protected inspect(bytes: Buffer, start: number, end: number): void {
    const meaning = this.#meaningOf(eventType(bytes, start, end));
    if (!meaning) return;
    if (meaning.isPiece) this.pieceCount += 1;
    if (meaning.readUsage) {
      const data = parseData(bytes, start, end);
      const usage = data && meaning.readUsage(data);
      if (usage)
        this.usage = this.usage ? this.#merge(this.usage, usage) : usage;
    }
    if (meaning.isLast) this.isDone = true;
  }
}
