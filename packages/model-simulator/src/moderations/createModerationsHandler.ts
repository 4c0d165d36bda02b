import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Exchange } from '../http/Exchange';
import { parseBody } from '../http/parseBody';
import { serveAnswer } from '../inference/serveAnswer';
import type { Simulation } from '../Simulation';
import { moderate, type ModeratedInput } from './moderate';

const DEFAULT_MODEL = 'omni-moderation-latest';

const partSchema = z.looseObject({
  type: z.enum(['text', 'image_url']),
  text: z.string().optional(),
});

const moderationsRequestSchema = z.looseObject({
  model: z.string().nullish(),
  input: z.union([
    z.string(),
    z.array(z.string()).min(1),
    z.array(partSchema).min(1),
  ]),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

type ModerationsRequest = z.output<typeof moderationsRequestSchema>;

/** `POST …/moderations`: costs nothing, so that no tokens stand on the invoice. */
export function createModerationsHandler(simulation: Simulation) {
  return async (exchange: Exchange): Promise<void> => {
    const body = await simulation.readBody(exchange);
    const request = parseBody(body, moderationsRequestSchema);
    const model = request.model ?? DEFAULT_MODEL;
    const inputs = inputsOf(request.input);
    await serveAnswer(simulation, exchange, {
      model,
      metadata: request.metadata ?? {},
      seedParts: inputs,
      usage: { promptTokens: 0, cachedTokens: 0, completionTokens: 0 },
      write: () => ({
        body: JSON.stringify({
          id: `modr-${randomUUID()}`,
          model,
          results: inputs.map(input => moderate(input, simulation.seed)),
        }),
      }),
    });
  };
}

/** Each text of a list is judged alone; the parts of one input are judged together. */
function inputsOf(input: ModerationsRequest['input']): ModeratedInput[] {
  const texts: ModeratedInput[] = [];
  const parts: z.output<typeof partSchema>[] = [];
  for (const each of typeof input === 'string' ? [input] : input) {
    if (typeof each === 'string') texts.push({ text: each, hasImage: false });
    else parts.push(each);
  }
  if (parts.length === 0) return texts;
  return [
    {
      text: parts.map(part => part.text ?? '').join('\n'),
      hasImage: parts.some(part => part.type === 'image_url'),
    },
  ];
}
