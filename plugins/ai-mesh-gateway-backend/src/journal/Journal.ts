import fs from 'node:fs';
import { describeError, Logger } from '../Logger';
import { JournalState, SettledUsage } from './JournalState';
import { JournalRecord, LineEncoder, settledText } from './records';
import { replay } from './replay';
import { readStretch } from './readStretch';
import { keepDamaged, Segment, segmentNumbers, segmentPath } from './Segment';

const DEFAULT_SEGMENT_BYTES = 64 * 1024 * 1024;

/** The journal cannot be written; nothing may be served until it can. */
export class JournalError extends Error {
  constructor(cause: unknown) {
    super(`The journal cannot be written (${describeError(cause)})`);
    this.name = 'JournalError';
  }
}

/** Usages as they are delivered. */
export interface UndeliveredUsages {
  /** JSON of each, with commas between. */
  readonly texts: Buffer;
  /** Number of the last. */
  readonly through: number;
}

/** Usages that go to the file in one line: all that came in one turn of the event loop. */
interface Batch {
  usages: SettledUsage[];
  written: Promise<void>;
  resolve(): void;
  reject(error: JournalError): void;
}

/**
 * The append-only record of calls and leases on local disk. A line is in the system's page cache when a
 * method returns, or its promise resolves, so it survives the end of the process, `kill -9` included;
 * {@link Journal.sync} bounds what a power cut may take.
 */
export class Journal {
  readonly state: JournalState;
  readonly #directory: string;
  readonly #segmentBytes: number;
  readonly #logger: Logger;
  readonly #encoder = new LineEncoder();
  #segment: Segment;
  /** Numbers of the segments before it, which still hold usage to be delivered. */
  #older: readonly number[];
  #rotateAtBytes = 0;
  /** Number of the last usage of a stretch whose damage was told. */
  #damagedThrough = 0;
  #batch: Batch | undefined;

  /**
   * Reads what a former life left, and starts a new segment.
   *
   * @throws Error when the folder cannot be written, saying which and what to do
   */
  static open(options: {
    directory: string;
    logger: Logger;
    segmentBytes?: number;
  }): Journal {
    const { directory } = options;
    try {
      fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
      return new Journal(options, replay(directory, options.logger));
    } catch (error) {
      throw new Error(
        `Cannot open the gateway's journal in ${directory}: ${describeError(
          error,
        )}. ` +
          `Make the folder writable and free some space, or set aiMeshGateway.dataDirectory to another one.`,
      );
    }
  }

  private constructor(
    options: { directory: string; logger: Logger; segmentBytes?: number },
    state: JournalState,
  ) {
    this.state = state;
    this.#directory = options.directory;
    this.#logger = options.logger;
    this.#segmentBytes = options.segmentBytes ?? DEFAULT_SEGMENT_BYTES;
    this.#older = segmentNumbers(options.directory);
    this.#segment = this.#startSegment((this.#older.at(-1) ?? 0) + 1);
    this.#removeDelivered();
  }

  /** A lease was granted. Before it is used. */
  leaseGranted(record: Omit<JournalRecord & { kind: 'lease' }, 'kind'>): void {
    const granted = { kind: 'lease', ...record } as const;
    this.#append(JSON.stringify(granted));
    this.state.granted(granted);
  }

  /**
   * The calls of a lease may have this much at providers, until it is said anew. Before such a call is sent:
   * as long as the watermark covers it, a call needs no line of its own.
   *
   * @throws JournalError when it is not written, so that the call must not be sent
   */
  inFlight(leaseId: string, atMostPicoUsd: bigint): void {
    const record = {
      kind: 'in-flight',
      leaseId,
      atMostPicoUsd: atMostPicoUsd.toString(),
    };
    this.#append(JSON.stringify(record));
    this.state.inFlight(leaseId, atMostPicoUsd);
  }

  /**
   * The usage of an attempt is known. Resolves when the answer may end. One line for all calls of a turn of the
   * event loop: under load, most of the journal's cost is the write.
   */
  settled(usage: SettledUsage): Promise<void> {
    const batch = this.#openBatch();
    batch.usages.push(usage);
    return batch.written;
  }

  /**
   * The oldest usages that the control plane does not have: the same until they are acknowledged.
   *
   * @throws Error when they cannot be read
   */
  async readOldest(): Promise<UndeliveredUsages | undefined> {
    this.#writeBatch();
    const stretch = this.state.undelivered.takeOldest();
    if (!stretch) return undefined;
    const { texts, count } = await readStretch(this.#directory, stretch);
    const missing = stretch.last - stretch.first + 1 - count;
    // told once, however often it is tried
    if (missing > 0 && stretch.last > this.#damagedThrough) {
      this.#damagedThrough = stretch.last;
      const copy = keepDamaged(segmentPath(this.#directory, stretch.segment));
      this.#logger.error(
        `${missing} usages cannot be read from the journal any more; a copy of the file is in ${copy}`,
      );
    }
    return { texts, through: stretch.last };
  }

  /**
   * The control plane has every usage up to this number.
   *
   * @throws JournalError when that is not on record; it holds all the same
   */
  acknowledged(through: number): void {
    this.state.undelivered.removeThrough(through);
    // before the line, for which a full disk has no room: a new life without it delivers some usage once more
    this.#removeDelivered();
    this.#append(JSON.stringify({ kind: 'acknowledged', through }));
  }

  /** The control plane has a lease back. */
  leaseReleased(leaseId: string): void {
    this.#append(JSON.stringify({ kind: 'released', leaseId }));
    this.state.released(leaseId);
  }

  /** Brings what was appended to the disk itself. Called every so often. */
  async sync(): Promise<void> {
    await this.#segment.sync();
  }

  async close(): Promise<void> {
    this.#writeBatch();
    await this.#segment.close();
  }

  #append(recordText: string): void {
    this.#writeBatch(); // lines stay in the order in which things happened
    this.#write(recordText);
  }

  #openBatch(): Batch {
    if (this.#batch) return this.#batch;
    const batch = newBatch();
    this.#batch = batch;
    setImmediate(() => this.#writeBatch());
    return batch;
  }

  #writeBatch(): void {
    const batch = this.#batch;
    if (!batch) return;
    this.#batch = undefined;
    const { usages } = batch;
    const first = this.state.undelivered.nextNumber;
    const at = Date.now();
    const texts = usages.map(each => each.text);
    try {
      const place = this.#write(settledText({ first, at, texts }));
      this.state.settled({ first, count: usages.length, at, ...place }, usages);
    } catch (error) {
      batch.reject(
        error instanceof JournalError ? error : new JournalError(error),
      );
      return;
    }
    batch.resolve();
  }

  /** @returns where the line stands */
  #write(recordText: string): { segment: number; from: number; to: number } {
    try {
      if (this.#segment.size > this.#rotateAtBytes) this.#rotate();
      const from = this.#segment.size;
      this.#segment.append(this.#encoder.encode(recordText));
      return { segment: this.#segment.number, from, to: this.#segment.size };
    } catch (error) {
      throw new JournalError(error);
    }
  }

  #rotate(): void {
    const former = this.#segment;
    this.#segment = this.#startSegment(former.number + 1);
    this.#older = [...this.#older, former.number];
    // what a new life needs of it is written: nothing depends on how this ends
    former.close().catch(() => {});
  }

  /** The summary is complete and on disk before the segment gets its name. */
  #startSegment(number: number): Segment {
    let lines = Buffer.alloc(0);
    for (const record of this.state.summary(Date.now())) {
      const line = this.#encoder.encode(JSON.stringify(record));
      lines = Buffer.concat([lines, line]);
    }
    const segment = Segment.create(this.#directory, number, lines);
    this.#rotateAtBytes = Math.max(this.#segmentBytes, 2 * segment.size);
    return segment;
  }

  /** Removes the segments in which nothing is left to be delivered. */
  #removeDelivered(): void {
    const needed =
      this.state.undelivered.oldest?.segment ?? this.#segment.number;
    const [oldest] = this.#older;
    if (oldest === undefined || oldest >= needed) return;
    for (const number of this.#older) {
      if (number < needed) fs.rmSync(segmentPath(this.#directory, number));
    }
    this.#older = this.#older.filter(number => number >= needed);
  }
}

function newBatch(): Batch {
  let resolve = () => {};
  let reject: (error: JournalError) => void = () => {};
  const written = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { usages: [], written, resolve, reject };
}
