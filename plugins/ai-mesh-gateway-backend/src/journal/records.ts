import { crc32 } from 'node:zlib';
import { z } from 'zod';

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
  /** Written before the last byte of the answer. */
  z.object({
    kind: z.literal('settle'),
    requestId: z.string(),
    leaseId: z.string(),
    usage: z.looseObject({
      lines: z.array(z.looseObject({ costPicoUsd: z.string() })),
    }),
  }),
  /** What the settled calls of a lease cost together, delivered ones included. Only where lines are summed up. */
  z.object({
    kind: z.literal('spent'),
    leaseId: z.string(),
    picoUsd: z.string(),
  }),
  /** The control plane has these. */
  z.object({
    kind: z.literal('acknowledged'),
    requestIds: z.array(z.string()),
  }),
  z.object({ kind: z.literal('released'), leaseId: z.string() }),
]);

/** One line of the journal. */
export type JournalRecord = z.output<typeof recordSchema>;

/** The line of a record: checksum, space, JSON, line end. */
export function encodeLine(recordText: string): string {
  const sum = crc32(recordText).toString(16).padStart(8, '0');
  return `${sum} ${recordText}\n`;
}

/** @returns undefined when the line is damaged */
export function decodeLine(line: string): JournalRecord | undefined {
  const recordText = line.slice(9);
  if (encodeLine(recordText) !== `${line}\n`) return undefined;
  const parsed = recordSchema.safeParse(JSON.parse(recordText));
  return parsed.success ? parsed.data : undefined;
}
