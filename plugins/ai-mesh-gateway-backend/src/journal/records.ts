import { crc32 } from 'node:zlib';
import { z } from 'zod';

const LINE_END = 0x0a;

const recordSchema = z.discriminatedUnion('kind', [
  /** All that went before is summed up in the lines that follow. */
  z.object({ kind: z.literal('checkpoint') }),
  z.object({
    kind: z.literal('lease'),
    leaseId: z.string(),
    departmentRef: z.string(),
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
    usages: z.array(
      z.looseObject({
        leaseId: z.string(),
        lines: z.array(z.looseObject({ costPicoUsd: z.string() })),
      }),
    ),
  }),
  /** What the settled calls of a lease cost together, delivered ones included. Only where lines are summed up. */
  z.object({
    kind: z.literal('spent'),
    leaseId: z.string(),
    picoUsd: z.string(),
  }),
  /** The control plane has every usage up to this number. */
  z.object({ kind: z.literal('acknowledged'), through: z.number() }),
  z.object({ kind: z.literal('released'), leaseId: z.string() }),
]);

/** One line of the journal. */
export type JournalRecord = z.output<typeof recordSchema>;

const SUM_DIGITS = 8;

/** The line of a record: checksum, space, JSON, line end. */
export function encodeLine(recordText: string): Buffer {
  const start = SUM_DIGITS + 1;
  const line = Buffer.allocUnsafe(start + Buffer.byteLength(recordText) + 1);
  line.write(recordText, start);
  const sum = crc32(line.subarray(start, -1)).toString(16);
  line.write(`${sum.padStart(SUM_DIGITS, '0')} `, 'latin1');
  line[line.length - 1] = LINE_END;
  return line;
}

/** @returns undefined when the line is damaged */
export function decodeLine(line: string): JournalRecord | undefined {
  const recordText = line.slice(SUM_DIGITS + 1);
  if (encodeLine(recordText).toString() !== `${line}\n`) return undefined;
  const parsed = recordSchema.safeParse(JSON.parse(recordText));
  return parsed.success ? parsed.data : undefined;
}
