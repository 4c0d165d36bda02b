import { z } from 'zod';

const blockSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  /** Of a `tool_use`. */
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.unknown().optional(),
  /** Of a `tool_result`. */
  tool_use_id: z.string().optional(),
  content: z.unknown().optional(),
});

/** Anthropic's own tools have no schema: they are accepted, but never called. */
const toolSchema = z.looseObject({
  type: z.string().optional(),
  name: z.string().min(1),
  max_uses: z.int().min(0).nullish(),
  description: z.string().optional(),
  input_schema: z
    .looseObject({
      properties: z.record(z.string(), z.looseObject({})).optional(),
    })
    .optional(),
});

/** What the simulator reads of a request to Anthropic's Messages API. */
export const messagesRequestSchema = z.looseObject({
  model: z.string().min(1),
  max_tokens: z.int().min(1),
  messages: z
    .array(
      z.looseObject({
        role: z.enum(['user', 'assistant']),
        content: z.union([z.string(), z.array(blockSchema)]),
      }),
    )
    .min(1),
  system: z.union([z.string(), z.array(blockSchema)]).optional(),
  stream: z.boolean().optional(),
  stop_sequences: z.array(z.string()).optional(),
  temperature: z.number().min(0).max(1).optional(),
  tools: z.array(toolSchema).optional(),
  tool_choice: z
    .looseObject({
      type: z.enum(['auto', 'any', 'tool', 'none']),
      name: z.string().optional(),
      disable_parallel_tool_use: z.boolean().optional(),
    })
    .optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

export type MessagesRequest = z.output<typeof messagesRequestSchema>;
export type MessageBlock = z.output<typeof blockSchema>;
