import { z } from 'zod';
import { writeAnswer } from '../answers/writeAnswer';
import { ApiError, requireModelName } from '../http/ApiError';
import type { Exchange } from '../http/Exchange';
import { checkShape } from '../http/parseBody';
import { parseMultipart } from '../http/parseMultipart';
import { serveAnswer } from '../inference/serveAnswer';
import { createRandom } from '../random/createRandom';
import { seedOf } from '../random/seedOf';
import type { Simulation } from '../Simulation';
import { countTokens, tokenise } from '../tokens/tokenise';
import type { TokenUsage } from '../usage/TokenUsage';
import { secondsOfSound } from './secondsOfSound';
import {
  transcriptBody,
  transcriptFrames,
  type Transcript,
} from './transcriptBody';

/** What gpt-4o-transcribe counts for a second of sound. */
const AUDIO_TOKENS_PER_SECOND = 10;

const fieldsSchema = z.looseObject({
  model: z.string().optional(),
  prompt: z.string().optional(),
  language: z.string().optional(),
  response_format: z
    .enum(['json', 'text', 'srt', 'verbose_json', 'vtt'])
    .optional(),
  stream: z.enum(['true', 'false']).optional(),
});

/** `POST …/audio/transcriptions` and `…/audio/translations`: the same sound, the same words. */
export function createTranscriptionHandler(
  simulation: Simulation,
  task: 'transcribe' | 'translate',
) {
  return async (exchange: Exchange): Promise<void> => {
    const { headers } = exchange.request;
    const body = await simulation.readBody(exchange);
    const form = parseMultipart(body, headers['content-type']);
    const fields = checkShape(form.fields, fieldsSchema);
    const model = requireModelName(fields.model, exchange.route.deployment);
    const sound = form.files.get('file')?.bytes;
    if (sound === undefined) {
      throw new ApiError(400, "Missing required parameter: 'file'.", {
        param: 'file',
      });
    }
    const seed = seedOf(simulation.seed, model, sound.toString('base64'));
    const transcript: Transcript = {
      task,
      said: tokenise(writeAnswer(createRandom(seed))),
      language: task === 'translate' ? 'en' : fields.language ?? 'en',
      seconds: secondsOfSound(sound),
      hintTokens: countTokens(fields.prompt ?? ''),
    };
    const usage = usageOf(model, transcript);
    // Whisper takes the wish for a stream, and answers whole.
    const stream = fields.stream === 'true' && model !== 'whisper-1';
    await serveAnswer(simulation, exchange, {
      model,
      metadata: fields,
      seedParts: seed,
      usage,
      stream,
      write: ({ withUsage }) => {
        const counted = withUsage ? usage : undefined;
        return stream
          ? { frames: transcriptFrames(transcript, counted) }
          : transcriptBody(transcript, counted, fields.response_format);
      },
    });
  };
}

/** Models of the GPT family count tokens, Whisper the seconds that have begun. */
function usageOf(
  model: string,
  { said, seconds, hintTokens }: Transcript,
): TokenUsage {
  if (!model.startsWith('gpt-')) {
    return {
      promptTokens: 0,
      cachedTokens: 0,
      completionTokens: 0,
      audioSeconds: Math.ceil(seconds),
    };
  }
  return {
    promptTokens: Math.ceil(seconds * AUDIO_TOKENS_PER_SECOND) + hintTokens,
    cachedTokens: 0,
    completionTokens: said.tokenCount,
  };
}
