import { z } from 'zod';
import { stopSchema, streamOptionsSchema } from '../chat/chatRequest';
import { HIGHEST_TOKEN } from '../tokens/decodeTokens';

const tokensSchema = z.array(z.int().min(0).max(HIGHEST_TOKEN)).min(1);
const MOST_PROMPTS = 128;

/** What the simulator reads of a request for a legacy completion. */
export const completionsRequestSchema = z
  .looseObject({
    model: z.string().optional(),
    prompt: z
      .union([
        z.string(),
        z.array(z.string()).min(1).max(MOST_PROMPTS),
        tokensSchema,
        z.array(tokensSchema).min(1).max(MOST_PROMPTS),
      ])
      .nullish(),
    stream: z.boolean().nullish(),
    stream_options: streamOptionsSchema.nullish(),
    max_tokens: z.int().min(0).nullish(),
    n: z.int().min(1).max(128).nullish(),
    seed: z.int().nullish(),
    service_tier: z.string().nullish(),
    stop: stopSchema.nullish(),
    logprobs: z.int().min(0).max(5).nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
  })
  .refine(request => request.stream || !request.stream_options, {
    path: ['stream_options'],
    message: "only allowed when 'stream' is enabled",
  });

export type CompletionsRequest = z.output<typeof completionsRequestSchema>;
