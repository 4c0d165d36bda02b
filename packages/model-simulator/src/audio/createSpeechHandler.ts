import { z } from 'zod';
import { requireModelName } from '../http/ApiError';
import type { Exchange } from '../http/Exchange';
import { parseBody } from '../http/parseBody';
import { serveAnswer } from '../inference/serveAnswer';
import { seedOf } from '../random/seedOf';
import type { Simulation } from '../Simulation';
import { countTokens } from '../tokens/tokenise';
import { FRAMES_PER_SECOND, writeMp3 } from './writeMp3';

const TOKENS_PER_SECOND_READ = 3;
/** What gpt-4o-mini-tts makes of a second of sound; roughly OpenAI's own 1,200 a minute. */
const AUDIO_TOKENS_PER_SECOND = 20;

const speechRequestSchema = z.looseObject({
  model: z.string().nullish(),
  input: z.string().min(1).max(4_096),
  voice: z.union([z.string().min(1), z.looseObject({})]),
  response_format: z
    .enum(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'])
    .nullish(),
  speed: z.number().min(0.25).max(4).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

/** `POST …/audio/speech`: MP3, whatever format is asked for. */
export function createSpeechHandler(simulation: Simulation) {
  return async (exchange: Exchange): Promise<void> => {
    const body = await simulation.readBody(exchange);
    const request = parseBody(body, speechRequestSchema);
    const { input, voice, speed } = request;
    const model = requireModelName(request.model, exchange.route.deployment);
    const promptTokens = countTokens(input);
    const seconds = promptTokens / TOKENS_PER_SECOND_READ / (speed ?? 1);
    // tts-1 is billed by the character, the newer models by the token.
    const counts = model.startsWith('gpt-');
    await serveAnswer(simulation, exchange, {
      model,
      metadata: request.metadata ?? {},
      seedParts: input,
      usage: {
        promptTokens: counts ? promptTokens : 0,
        cachedTokens: 0,
        completionTokens: counts
          ? Math.ceil(seconds * AUDIO_TOKENS_PER_SECOND)
          : 0,
        characters: input.length,
      },
      write: () => ({
        body: writeMp3({
          frames: Math.ceil(seconds * FRAMES_PER_SECOND),
          seed: seedOf(simulation.seed, model, input, voice),
        }),
        contentType: 'audio/mpeg',
      }),
    });
  };
}
