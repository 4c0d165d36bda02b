import { z } from 'zod';

/** A JSON schema as far as the simulator looks at it; the rest passes. */
export type JsonSchema = Record<string, unknown>;

const contentPartSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
});

/** A call of another kind than `function` has no function. */
const toolCallSchema = z.looseObject({
  function: z
    .looseObject({ name: z.string(), arguments: z.string() })
    .optional(),
});

const messageSchema = z.looseObject({
  role: z.enum([
    'system',
    'developer',
    'user',
    'assistant',
    'tool',
    'function',
  ]),
  content: z.union([z.string(), z.array(contentPartSchema)]).nullish(),
  name: z.string().optional(),
  tool_calls: z.array(toolCallSchema).optional(),
});

const functionToolSchema = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: z.string().min(1),
    description: z.string().optional(),
    parameters: z
      .looseObject({
        properties: z.record(z.string(), z.looseObject({})).optional(),
      })
      .optional(),
  }),
});

const otherToolSchema = z.looseObject({
  type: z.string().refine(type => type !== 'function'),
});

/** Tools of other kinds are accepted, but never called. */
const toolsSchema = z
  .array(z.union([functionToolSchema, otherToolSchema]))
  .transform(tools => tools.filter(isFunctionTool));

function isFunctionTool(
  tool: ChatTool | z.output<typeof otherToolSchema>,
): tool is ChatTool {
  return tool.type === 'function';
}

const toolChoiceSchema = z.union([
  z.enum(['none', 'auto', 'required']),
  z.looseObject({ function: z.looseObject({ name: z.string() }).optional() }),
]);

const responseFormatSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    json_schema: z.looseObject({
      schema: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
]);

export const stopSchema = z.union([z.string(), z.array(z.string()).max(4)]);

export const streamOptionsSchema = z.looseObject({
  include_usage: z.boolean().nullish(),
});

/** What the simulator reads of a chat request; OpenAI takes `null` for "not given" nearly everywhere. */
export const chatRequestSchema = z
  .looseObject({
    model: z.string().optional(),
    messages: z.array(messageSchema).min(1),
    stream: z.boolean().nullish(),
    stream_options: streamOptionsSchema.nullish(),
    max_tokens: z.int().min(1).nullish(),
    max_completion_tokens: z.int().min(1).nullish(),
    n: z.int().min(1).max(128).nullish(),
    seed: z.int().nullish(),
    service_tier: z.string().nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    stop: stopSchema.nullish(),
    logprobs: z.boolean().nullish(),
    top_logprobs: z.int().min(0).max(20).nullish(),
    tools: toolsSchema.nullish(),
    tool_choice: toolChoiceSchema.nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    response_format: responseFormatSchema.nullish(),
    metadata: z.record(z.string(), z.string()).nullish(),
  })
  .refine(request => request.stream || !request.stream_options, {
    path: ['stream_options'],
    message: "only allowed when 'stream' is enabled",
  })
  .refine(request => request.logprobs || !request.top_logprobs, {
    path: ['top_logprobs'],
    message: "only allowed when 'logprobs' is enabled",
  });

export type ChatRequest = z.output<typeof chatRequestSchema>;
export type ChatMessage = z.output<typeof messageSchema>;
export type ContentPart = z.output<typeof contentPartSchema>;
export type ChatTool = z.output<typeof functionToolSchema>;
