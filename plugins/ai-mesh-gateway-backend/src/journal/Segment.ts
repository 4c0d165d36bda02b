import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const fdatasync = promisify(fs.fdatasync);
const NAME = /^journal-(\d{10})\.log$/;

/** The file of a segment. */
export function segmentPath(directory: string, number: number): string {
  return path.join(
    directory,
    `journal-${String(number).padStart(10, '0')}.log`,
  );
}

/** The numbers of the segments in a folder, lowest first. */
export function segmentNumbers(directory: string): number[] {
  const numbers: number[] = [];
  for (const name of fs.readdirSync(directory)) {
    const match = NAME.exec(name);
    if (match) numbers.push(Number(match[1]));
  }
  return numbers.sort((a, b) => a - b);
}

/** Keeps a copy of a file that has damaged lines. @returns its path */
export function keepDamaged(file: string): string {
  const copy = `${file}.damaged`;
  fs.copyFileSync(file, copy);
  return copy;
}

/** One file of the journal. Written from start to end, by one process. */
export class Segment {
  readonly number: number;
  readonly #file: number;
  #size: number;
  #isDirty = false;
  #pendingSync: Promise<void> = Promise.resolve();

  /** Makes a segment with its first lines; it has its name only when these are on disk. */
  static create(directory: string, number: number, lines: Buffer): Segment {
    const name = segmentPath(directory, number);
    const file = fs.openSync(`${name}.tmp`, 'w', 0o600);
    try {
      const segment = new Segment(number, file);
      segment.append(lines);
      fs.fsyncSync(file);
      fs.renameSync(`${name}.tmp`, name);
      syncDirectory(directory);
      return segment;
    } catch (error) {
      fs.closeSync(file);
      throw error;
    }
  }

  private constructor(number: number, file: number) {
    this.number = number;
    this.#file = file;
    this.#size = 0;
  }

  get size(): number {
    return this.#size;
  }

  /** Writes whole lines, or nothing: half a line would take the next one with it. */
  append(bytes: Buffer): void {
    let written = 0;
    try {
      while (written < bytes.length) {
        written += fs.writeSync(
          this.#file,
          bytes,
          written,
          bytes.length - written,
          this.#size + written,
        );
      }
    } catch (error) {
      if (written > 0) fs.ftruncateSync(this.#file, this.#size);
      throw error;
    }
    this.#size += written;
    this.#isDirty = true;
  }

  /** Brings what was written to the disk. One at a time: a second call waits for the first. */
  sync(): Promise<void> {
    if (!this.#isDirty) return this.#pendingSync;
    this.#isDirty = false;
    this.#pendingSync = fdatasync(this.#file).catch(error => {
      this.#isDirty = true;
      throw error;
    });
    return this.#pendingSync;
  }

  async close(): Promise<void> {
    // a file number that is closed under a running sync may already belong to another file
    await this.#pendingSync.catch(() => {});
    fs.fsyncSync(this.#file);
    fs.closeSync(this.#file);
  }
}

function syncDirectory(directory: string): void {
  const handle = fs.openSync(directory, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
