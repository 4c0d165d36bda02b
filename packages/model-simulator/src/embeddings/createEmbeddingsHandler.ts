import { requireModelName } from '../http/ApiError';
import type { Exchange } from '../http/Exchange';
import { parseBody } from '../http/parseBody';
import { countAsked, objectAsked, pickFault } from '../inference/directives';
import { sendAnswer } from '../inference/sendAnswer';
import { serve } from '../inference/serve';
import { Latency } from '../latency/Latency';
import { createRandom } from '../random/createRandom';
import { seedOf } from '../random/seedOf';
import type { Simulation } from '../Simulation';
import { encodeTokens } from '../tokens/tokenise';
import { embed } from './embed';
import {
  embeddingsRequestSchema,
  type EmbeddingsRequest,
} from './embeddingsRequest';

const DEFAULT_DIMENSIONS = 1_536;

/** `POST …/embeddings` */
export function createEmbeddingsHandler(simulation: Simulation) {
  return async (exchange: Exchange): Promise<void> => {
    const { deployment, dialect } = exchange.route;
    const body = await simulation.readBody(exchange);
    const request = parseBody(body, embeddingsRequestSchema);
    const model = requireModelName(request.model, deployment);
    simulation.requireModel(model, dialect);
    const metadata = request.metadata ?? {};
    const fault = pickFault(simulation, exchange, { model, metadata });
    const inputs = tokensOfInputs(request.input);
    const promptTokens = inputs.reduce((sum, each) => sum + each.length, 0);
    const usage = {
      promptTokens,
      cachedTokens: Math.min(
        countAsked(exchange, metadata, 'cached-tokens'),
        promptTokens,
      ),
      completionTokens: 0,
    };
    const wrongUsage = objectAsked(exchange, metadata, 'wrong-usage');
    const send = () => {
      const answer = embeddingsBody(request, inputs, {
        model,
        seed: simulation.seed,
        withUsage: fault?.kind !== 'no-usage',
        wrongUsage,
      });
      const random = createRandom(seedOf(simulation.seed, inputs));
      const waitMs = new Latency(simulation.latency, random).firstTokenMs();
      return sendAnswer(exchange, answer, { waitMs, fault });
    };
    await serve(simulation, exchange, { model, usage, fault, send });
  };
}

function tokensOfInputs(input: EmbeddingsRequest['input']): number[][] {
  const inputs: (string | number | number[])[] = Array.isArray(input)
    ? input
    : [input];
  const tokens: number[] = [];
  const lists: number[][] = [];
  for (const each of inputs) {
    if (typeof each === 'number') tokens.push(each);
    else lists.push(typeof each === 'string' ? encodeTokens(each) : each);
  }
  return tokens.length > 0 ? [tokens] : lists;
}

function embeddingsBody(
  request: EmbeddingsRequest,
  inputs: readonly number[][],
  options: {
    model: string;
    seed: number;
    withUsage: boolean;
    wrongUsage: Record<string, unknown> | undefined;
  },
): string {
  const dimensions = request.dimensions ?? DEFAULT_DIMENSIONS;
  const salt = seedOf(options.seed, options.model);
  const tokens = inputs.reduce((sum, each) => sum + each.length, 0);
  return JSON.stringify({
    object: 'list',
    data: inputs.map((input, index) => {
      const words = input.map(token => token ^ salt);
      const vector = embed(words, dimensions);
      return {
        object: 'embedding',
        index,
        embedding:
          request.encoding_format === 'base64'
            ? Buffer.from(vector.buffer).toString('base64')
            : Array.from(vector),
      };
    }),
    model: options.model,
    ...(options.withUsage && {
      usage: {
        prompt_tokens: tokens,
        total_tokens: tokens,
        ...options.wrongUsage,
      },
    }),
  });
}
