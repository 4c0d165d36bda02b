import { z } from 'zod';

/** A JSON schema as far as the simulator looks at it; the rest passes. */
export type JsonSchema = Record<string, unknown>;

const contentPartSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
});

const toolCallSchema = z.looseObject({
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
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

const toolSchema = z.looseObject({
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

const toolChoiceSchema = z.union([
  z.enum(['none', 'auto', 'required']),
  z.looseObject({ function: z.looseObject({ name: z.string() }) }),
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

/** What the simulator reads of a chat request; OpenAI takes `null` for "not given" nearly everywhere. */
export const chatRequestSchema = z
  .looseObject({
    model: z.string().optional(),
    messages: z.array(messageSchema).min(1),
    stream: z.boolean().nullish(),
    stream_options: z
      .looseObject({ include_usage: z.boolean().nullish() })
      .nullish(),
    max_tokens: z.int().min(1).nullish(),
    max_completion_tokens: z.int().min(1).nullish(),
    n: z.int().min(1).max(128).nullish(),
    seed: z.int().nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    tools: z.array(toolSchema).nullish(),
    tool_choice: toolChoiceSchema.nullish(),
    response_format: responseFormatSchema.nullish(),
    metadata: z.record(z.string(), z.string()).nullish(),
  })
  .refine(request => request.stream || !request.stream_options, {
    path: ['stream_options'],
    message: "only allowed when 'stream' is enabled",
  });

export type ChatRequest = z.output<typeof chatRequestSchema>;
export type ChatMessage = z.output<typeof messageSchema>;
export type ContentPart = z.output<typeof contentPartSchema>;
export type ChatTool = z.output<typeof toolSchema>;
