import { z } from 'zod';

const partSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
});

/** Messages, function calls and their outputs; items of other kinds pass unread. */
const itemSchema = z.looseObject({
  type: z.string().optional(),
  role: z.enum(['system', 'developer', 'user', 'assistant']).optional(),
  content: z.union([z.string(), z.array(partSchema)]).nullish(),
  call_id: z.string().optional(),
  name: z.string().optional(),
  arguments: z.string().optional(),
  output: z.union([z.string(), z.array(partSchema)]).optional(),
});

const functionToolSchema = z.looseObject({
  type: z.literal('function'),
  name: z.string().min(1),
  description: z.string().nullish(),
  parameters: z
    .looseObject({
      properties: z.record(z.string(), z.looseObject({})).optional(),
    })
    .nullish(),
});

const otherToolSchema = z.looseObject({
  type: z.string().refine(type => type !== 'function'),
});

const toolChoiceSchema = z.union([
  z.enum(['none', 'auto', 'required']),
  z.looseObject({ type: z.string(), name: z.string().optional() }),
]);

const textFormatSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    schema: z.record(z.string(), z.unknown()).optional(),
  }),
]);

/** What the simulator reads of a request to the Responses API. */
export const responsesRequestSchema = z.looseObject({
  model: z.string().nullish(),
  input: z.union([z.string(), z.array(itemSchema).min(1)]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  max_output_tokens: z.int().min(1).nullish(),
  max_tool_calls: z.int().min(0).nullish(),
  service_tier: z.string().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  include: z.array(z.string()).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  tools: z.array(z.union([functionToolSchema, otherToolSchema])).nullish(),
  tool_choice: toolChoiceSchema.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  text: z.looseObject({ format: textFormatSchema.optional() }).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

export type ResponsesRequest = z.output<typeof responsesRequestSchema>;
export type ResponsesItem = z.output<typeof itemSchema>;
export type ResponsesPart = z.output<typeof partSchema>;
export type ResponsesTool = z.output<typeof functionToolSchema>;
