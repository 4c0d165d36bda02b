import {
  chargeClassSchema,
  servedBecauseSchema,
  serviceTierSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { SinkLine } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { z } from 'zod';

const aboutSchema = z.object({
  departmentRef: z.string(),
  costCentre: z.string(),
  applicationRef: z.string(),
  keyId: z.string(),
  model: z.string(),
  requestedModel: z.string(),
  servedBecause: servedBecauseSchema,
  targetId: z.string(),
  provider: z.string(),
  region: z.string(),
  serviceTier: serviceTierSchema,
  chargeClass: chargeClassSchema,
  priceVersionId: z.string(),
  source: z.enum(['live', 'demo']),
  debitAccount: z.string(),
  creditAccount: z.string(),
});

const lineSchema = z.tuple([
  z.number(), // which of the abouts
  z.string(), // request id
  z.number(), // attempt
  z.number(), // line number
  z.number(), // revision
  z.string(), // occurred at
  z.string(), // posted at
  z.union([z.literal(0), z.literal(1)]), // calls
  z.string(), // quantity
  z.string(), // cost
  z.string(), // avoided
  z.array(z.string()), // flags
  z.string(), // replica id
]);

const batchSchema = z.object({
  version: z.literal(1),
  bookedAt: z.string(),
  abouts: z.array(aboutSchema),
  lines: z.array(lineSchema),
});

type BatchText = z.output<typeof batchSchema>;

/**
 * Lines of one booking as text: what they are about stands once, not on every line, which makes it a third as long.
 *
 * @param lines - each with `aboutId`, equal where lines are about the same
 */
export function writeBatch(
  lines: readonly { line: SinkLine; aboutId: number }[],
  bookedAt: Date,
): string {
  const indexes = new Map<number, number>();
  const batch: BatchText = {
    version: 1,
    bookedAt: bookedAt.toISOString(),
    abouts: [],
    lines: [],
  };
  for (const { line, aboutId } of lines) {
    let index = indexes.get(aboutId);
    if (index === undefined) {
      index = batch.abouts.push(aboutSchema.parse(line)) - 1; // the schema drops the rest
      indexes.set(aboutId, index);
    }
    batch.lines.push([
      index,
      line.requestId,
      line.attempt,
      line.lineNo,
      line.revision,
      line.occurredAt,
      line.postedAt,
      line.calls,
      line.quantity,
      line.costPicoUsd,
      line.avoidedPicoUsd,
      line.flags,
      line.replicaId,
    ]);
  }
  return JSON.stringify(batch);
}

/** @returns the lines that {@link writeBatch} was given, in their order */
export function readBatch(text: string): SinkLine[] {
  const { bookedAt, abouts, lines } = batchSchema.parse(JSON.parse(text));
  return lines.map(
    ([
      index,
      requestId,
      attempt,
      lineNo,
      revision,
      occurredAt,
      postedAt,
      calls,
      quantity,
      costPicoUsd,
      avoidedPicoUsd,
      flags,
      replicaId,
    ]) => ({
      version: 1,
      id: `${requestId}/${attempt}/${lineNo}/${revision}`,
      requestId,
      attempt,
      lineNo,
      revision,
      occurredAt,
      postedAt,
      bookedAt,
      ...abouts[index],
      calls,
      quantity,
      costPicoUsd,
      avoidedPicoUsd,
      flags,
      replicaId,
    }),
  );
}
