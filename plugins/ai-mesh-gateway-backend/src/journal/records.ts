import { crc32 } from 'node:zlib';
import { budgetScopeSchema } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { z } from 'zod';

const LINE_END = 0x0a;

const recordSchema = z.discriminatedUnion('kind', [
  /** All that went before is summed up in the lines that follow, except usage that is not acknowledged. */
  z.object({ kind: z.literal('checkpoint') }),
  z.object({
    kind: z.literal('lease'),
    leaseId: z.string(),
    // lines of before there were budgets of keys and models name the department alone
    ...budgetScopeSchema.shape,
    grantedPicoUsd: z.string(),
    budgetEpoch: z.number(),
    expiresAtMs: z.number(),
  }),
  /** Written before a provider sees a call that the watermark before it does not cover. */
  z.object({
    kind: z.literal('in-flight'),
    leaseId: z.string(),
    atMostPicoUsd: z.string(),
  }),
  /** Written before the last byte of each answer: the calls that were settled in one turn of the event loop. */
  z.object({
    kind: z.literal('settled'),
    /** Number of the first; the others follow it. */
    first: z.number(),
    count: z.number(),
    /** When, in milliseconds since 1970. */
    at: z.number(),
    usages: z.array(
      z.looseObject({
        leaseId: z.string(),
        lines: z.array(z.looseObject({ costPicoUsd: z.string() })),
      }),
    ),
  }),
  /** What the calls of a lease that were settled before this line cost together, whether they are delivered or not. */
  z.object({
    kind: z.literal('spent'),
    leaseId: z.string(),
    picoUsd: z.string(),
    /** Number of the last; 0: none. */
    lastUsage: z.number(),
  }),
  /** The control plane has every usage up to this number. */
  z.object({ kind: z.literal('acknowledged'), through: z.number() }),
  z.object({ kind: z.literal('released'), leaseId: z.string() }),
]);

/** One line of the journal. */
export type JournalRecord = z.output<typeof recordSchema>;

const SUM_DIGITS = 8;
/** Checksum and space. */
const TEXT_START = SUM_DIGITS + 1;
/** Of one UTF-16 unit in UTF-8. */
const MAX_BYTES_A_UNIT = 3;

/** Writes records as lines: checksum, space, JSON, line end. */
export class LineEncoder {
  #bytes = Buffer.allocUnsafeSlow(64 * 1024);

  /** @returns the line, until the next is encoded: its memory is used again */
  encode(recordText: string): Buffer {
    const most = TEXT_START + MAX_BYTES_A_UNIT * recordText.length + 1;
    if (most > this.#bytes.length) {
      this.#bytes = Buffer.allocUnsafeSlow(2 * most);
    }
    const bytes = this.#bytes;
    const end = TEXT_START + bytes.write(recordText, TEXT_START);
    bytes.write(`${sumOf(bytes.subarray(TEXT_START, end))} `, 'latin1');
    bytes[end] = LINE_END;
    return bytes.subarray(0, end + 1);
  }
}

/** The line of usages that were settled together. @param texts - of each, its JSON */
export function settledText(line: {
  first: number;
  at: number;
  texts: readonly string[];
}): string {
  const { first, at, texts } = line;
  return `{"kind":"settled","first":${first},"count":${
    texts.length
  },"at":${at},"usages":[${texts.join(',')}]}`;
}

const SETTLED_START =
  /^\{"kind":"settled","first":(\d+),"count":(\d+),"at":\d+,"usages":\[/;
const SETTLED_START_BYTES = 128;
const SETTLED_END = ']}'.length;

/**
 * The usages of a line as they were settled, without reading them.
 *
 * @param line - without its line end
 * @returns undefined when it is another line, or damaged; `texts`: JSON, with commas between
 */
export function readSettledLine(
  line: Buffer,
): { first: number; count: number; texts: Buffer } | undefined {
  const beginning = line.toString(
    'latin1',
    TEXT_START,
    Math.min(line.length, TEXT_START + SETTLED_START_BYTES),
  );
  const match = SETTLED_START.exec(beginning);
  if (!match || !isWhole(line)) return undefined;
  return {
    first: Number(match[1]),
    count: Number(match[2]),
    texts: line.subarray(TEXT_START + match[0].length, -SETTLED_END),
  };
}

/** The lines of a file, with where each begins; the last is left out where its end is missing: it was torn. */
export function* linesOf(
  bytes: Buffer,
): Generator<{ line: Buffer; from: number; to: number }> {
  let from = 0;
  for (;;) {
    const end = bytes.indexOf(LINE_END, from);
    if (end === -1) return;
    yield { line: bytes.subarray(from, end), from, to: end + 1 };
    from = end + 1;
  }
}

/** @param line - without its line end. @returns undefined when it is damaged */
export function decodeLine(line: Buffer): JournalRecord | undefined {
  if (!isWhole(line)) return undefined;
  const parsed = recordSchema.safeParse(
    JSON.parse(line.toString('utf8', TEXT_START)),
  );
  return parsed.success ? parsed.data : undefined;
}

function isWhole(line: Buffer): boolean {
  const sum = sumOf(line.subarray(TEXT_START));
  return line.toString('latin1', 0, TEXT_START) === `${sum} `;
}

function sumOf(text: Buffer): string {
  return crc32(text).toString(16).padStart(SUM_DIGITS, '0');
}
