import fs from 'node:fs';
import path from 'node:path';
import { describeError, Logger } from '../Logger';
import { JournalRecord, decodeLine, encodeLine } from './records';
import { JournalState } from './JournalState';
import { Segment, segmentNumbers, segmentPath } from './Segment';
import { SettledUsage } from './Undelivered';

const DEFAULT_SEGMENT_BYTES = 64 * 1024 * 1024;

/** The journal cannot be written; nothing may be served until it can. */
export class JournalError extends Error {
  constructor(cause: unknown) {
    super(`The journal cannot be written (${describeError(cause)})`);
    this.name = 'JournalError';
  }
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
  #segment: Segment;
  /** A summary may be large when much is undelivered: then the next one waits for as much again. */
  #rotateAtBytes = 0;
  #batch: Batch | undefined;

  /**
   * Reads what a former life left, and starts a new segment that sums it up.
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
    options: { directory: string; segmentBytes?: number },
    former: { state: JournalState; lastNumber: number },
  ) {
    this.state = former.state;
    this.#directory = options.directory;
    this.#segmentBytes = options.segmentBytes ?? DEFAULT_SEGMENT_BYTES;
    this.#segment = this.#startSegment(former.lastNumber + 1);
  }

  /** A lease was granted. Before it is used. */
  leaseGranted(record: Omit<JournalRecord & { kind: 'lease' }, 'kind'>): void {
    const whole: JournalRecord = { kind: 'lease', ...record };
    this.#append(JSON.stringify(whole));
    this.state.apply(whole);
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

  /** The control plane has every usage up to this number. */
  acknowledged(through: number): void {
    this.#append(JSON.stringify({ kind: 'acknowledged', through }));
    this.state.undelivered.removeThrough(through);
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
    this.#write(encodeLine(recordText));
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
    const first = this.state.undelivered.nextNumber;
    try {
      this.#write(settledLine(first, batch.usages));
    } catch (error) {
      batch.reject(
        error instanceof JournalError ? error : new JournalError(error),
      );
      return;
    }
    for (let index = 0; index < batch.usages.length; index++) {
      this.state.settled(first + index, batch.usages[index]);
    }
    batch.resolve();
  }

  #write(lines: Buffer): void {
    try {
      if (this.#segment.size > this.#rotateAtBytes) this.#rotate();
      this.#segment.append(lines);
    } catch (error) {
      throw new JournalError(error);
    }
  }

  #rotate(): void {
    const former = this.#segment;
    this.#segment = this.#startSegment(former.number + 1);
    // its lines are summed up in the new one: nothing depends on how this ends
    former.close().catch(() => {});
  }

  /** The summary is complete and on disk before it gets its name, and before what it sums up goes. */
  #startSegment(number: number): Segment {
    const lines: Buffer[] = [];
    for (const record of this.state.summary()) {
      lines.push(encodeLine(JSON.stringify(record)));
    }
    const segment = Segment.create(
      this.#directory,
      number,
      Buffer.concat(lines),
    );
    this.#rotateAtBytes = Math.max(this.#segmentBytes, 2 * segment.size);
    for (const older of segmentNumbers(this.#directory)) {
      if (older < number) fs.rmSync(segmentPath(this.#directory, older));
    }
    return segment;
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

/** The texts are JSON already. */
function settledLine(first: number, usages: readonly SettledUsage[]): Buffer {
  let texts = '';
  for (const { text } of usages) texts += texts === '' ? text : `,${text}`;
  return encodeLine(`{"kind":"settled","first":${first},"usages":[${texts}]}`);
}

function replay(directory: string, logger: Logger) {
  const state = new JournalState();
  const numbers = segmentNumbers(directory);
  for (const number of numbers) {
    const file = segmentPath(directory, number);
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    lines.pop(); // after the last line end there is nothing, or a line that was torn by the crash
    let damagedCount = 0;
    for (const line of lines) {
      const record = decodeLine(line);
      if (record) state.apply(record);
      else damagedCount += 1;
    }
    if (damagedCount > 0) {
      const copy = `${file}.damaged`;
      fs.copyFileSync(file, copy);
      logger.error(
        `${damagedCount} lines of the journal are damaged and were skipped; a copy is in ${path.basename(
          copy,
        )}`,
      );
    }
  }
  return { state, lastNumber: Math.max(0, ...numbers) };
}
