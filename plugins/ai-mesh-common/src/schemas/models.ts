import { z } from 'zod';
import { pageSchema } from './shared';

/** What a model does; decides which gateway routes serve it. @public */
export const modelKindSchema = z.enum([
  'chat',
  'embedding',
  'moderation',
  'image',
  'speech',
  'transcription',
]);

/** @public */
export type ModelKind = z.output<typeof modelKindSchema>;

/**
 * What a unit of use is priced as. The classes of a call are disjoint and sum to the provider's totals. All count
 * tokens, but for `image` (pictures made), `audio-second` (seconds heard), `character` (characters spoken) and
 * `tool-call` (uses of a provider's own tool, such as its web search).
 * @public
 */
export const tokenClassSchema = z.enum([
  'input',
  'cached-input',
  'cache-write',
  // Anthropic charges twice the input for an hour in its cache, and 1.25 times for five minutes
  'cache-write-hour',
  'audio-input',
  'image-input',
  'embedding',
  'output',
  'reasoning',
  'audio-output',
  'image-output',
  'image',
  'audio-second',
  'character',
  'tool-call',
]);

/** @public */
export type TokenClass = z.output<typeof tokenClassSchema>;

/** What the tokens of a prompt are priced as; together they decide whether it is a long one. @public */
export const INPUT_TOKEN_CLASSES = [
  'input',
  'cached-input',
  'cache-write',
  'cache-write-hour',
  'audio-input',
  'image-input',
  'embedding',
] as const satisfies readonly TokenClass[];

/** What the tokens of an answer are priced as. @public */
export const OUTPUT_TOKEN_CLASSES = [
  'output',
  'reasoning',
  'audio-output',
  'image-output',
] as const satisfies readonly TokenClass[];

/**
 * What a line of the ledger is about. Beside the classes of calls: `machine-time` (seconds a machine was rented,
 * priced by the hour), `gpu-time` (GPU-seconds that a department had of it) and `adjustment` (a difference to an
 * invoice; its quantity is zero).
 * @public
 */
export const chargeClassSchema = z.enum([
  ...tokenClassSchema.options,
  'machine-time',
  'gpu-time',
  'adjustment',
]);

/** @public */
export type ChargeClass = z.output<typeof chargeClassSchema>;

/**
 * The price of a model, for people: decimal US dollars per million tokens, or by the piece where the model is not
 * billed by tokens. One of `inputUsdPerMillion`, `imageUsd`, `audioSecondUsd` and `characterUsdPerMillion` at
 * least is there.
 * @public
 */
export const modelPriceSchema = z.object({
  priceVersionId: z.string(),
  inputUsdPerMillion: z.string().optional(),
  cachedInputUsdPerMillion: z.string().optional(),
  outputUsdPerMillion: z.string().optional(),
  /** For one picture that is made. */
  imageUsd: z.string().optional(),
  /** For one second that is heard. */
  audioSecondUsd: z.string().optional(),
  /** For a million characters that are spoken. */
  characterUsdPerMillion: z.string().optional(),
  /** Where the price comes from, for example `genai-prices 0.1.8` or `configuration`. */
  source: z.string(),
});

/** @public */
export type ModelPrice = z.output<typeof modelPriceSchema>;

/** A model in the catalog. @public */
export const modelSchema = z.object({
  /** What a caller writes into `model`. */
  name: z.string(),
  title: z.string(),
  description: z.string(),
  kind: modelKindSchema,
  entityRef: z.string(),
  ownerRef: z.string(),
  lifecycle: z.string(),
  tags: z.array(z.string()),
  /** Id of the provider in the gateway's configuration. */
  provider: z.string(),
  contextTokens: z.number().int(),
  maxOutputTokens: z.number().int(),
  /** Absent when no price is known: such a model is not served. */
  price: modelPriceSchema.optional(),
});

/** @public */
export type Model = z.output<typeof modelSchema>;

/** @public */
export const modelPageSchema = pageSchema(modelSchema);
