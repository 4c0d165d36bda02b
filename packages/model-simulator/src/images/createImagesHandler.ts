import { z } from 'zod';
import { requireModelName } from '../http/ApiError';
import type { Exchange } from '../http/Exchange';
import { parseBody } from '../http/parseBody';
import { serveAnswer } from '../inference/serveAnswer';
import { seedOf } from '../random/seedOf';
import type { Simulation } from '../Simulation';
import { countTokens } from '../tokens/tokenise';
import { imageTokens } from './imageTokens';
import { writePng } from './writePng';

const imagesRequestSchema = z.looseObject({
  model: z.string().nullish(),
  prompt: z.string().min(1),
  n: z.int().min(1).max(10).nullish(),
  size: z.string().nullish(),
  quality: z.string().nullish(),
  response_format: z.enum(['url', 'b64_json']).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

type ImagesRequest = z.output<typeof imagesRequestSchema>;

/** `POST …/images/generations`: pictures of one pixel, billed as pictures of the size that was asked for. */
export function createImagesHandler(simulation: Simulation) {
  return async (exchange: Exchange): Promise<void> => {
    const body = await simulation.readBody(exchange);
    const request = parseBody(body, imagesRequestSchema);
    const { deployment } = exchange.route;
    const model = requireModelName(request.model, deployment);
    const images = request.n ?? 1;
    // Only these models count tokens; DALL·E is billed by the picture.
    const counts = model.startsWith('gpt-image');
    const usage = {
      promptTokens: counts ? countTokens(request.prompt) : 0,
      cachedTokens: 0,
      completionTokens: counts ? images * imageTokens(request) : 0,
      images,
    };
    await serveAnswer(simulation, exchange, {
      model,
      metadata: request.metadata ?? {},
      seedParts: request.prompt,
      usage,
      write: ({ withUsage }) => ({
        body: JSON.stringify({
          created: Math.floor(Date.now() / 1_000),
          data: Array.from({ length: images }, (_, index) =>
            imageBody(request, seedOf(simulation.seed, request.prompt, index)),
          ),
          ...(counts && withUsage && { usage: usageBody(usage) }),
        }),
      }),
    });
  };
}

function imageBody(request: ImagesRequest, seed: number) {
  return request.response_format === 'url'
    ? { url: `https://images.example/${seed}.png` }
    : { b64_json: writePng(seed).toString('base64') };
}

function usageBody(usage: { promptTokens: number; completionTokens: number }) {
  const { promptTokens, completionTokens } = usage;
  return {
    total_tokens: promptTokens + completionTokens,
    input_tokens: promptTokens,
    output_tokens: completionTokens,
    input_tokens_details: { text_tokens: promptTokens, image_tokens: 0 },
    output_tokens_details: { text_tokens: 0, image_tokens: completionTokens },
  };
}
