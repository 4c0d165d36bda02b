import { z } from 'zod';

const tokensSchema = z.array(z.int().min(0)).min(1);

/** What the simulator reads of an embeddings request. */
export const embeddingsRequestSchema = z.looseObject({
  model: z.string().optional(),
  input: z.union([
    z.string().min(1),
    z.array(z.string().min(1)).min(1).max(2_048),
    tokensSchema,
    z.array(tokensSchema).min(1).max(2_048),
  ]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.int().min(1).max(3_072).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});

export type EmbeddingsRequest = z.output<typeof embeddingsRequestSchema>;
