import {
  fieldsOf,
  invalid,
  MAX_CHOICES,
  modelOf,
  optionalBoolean,
  optionalCount,
} from './fields';
import { modelEdit } from './jsonEdits';
import { OPENAI } from './openAiProtocol';
import { Protocol, RequestFields } from './Protocol';
import { EventMeaning, TypedTap } from './TypedTap';
import { readTokens, RESPONSE_NAMES } from './readTokens';
import { isObject, ReportedUsage, sumOf, usageOf } from './usage';

/** A picture comes in one event, as base64. */
const MAX_EVENT_BYTES = 64 * 1024 * 1024;
const PARTIAL: EventMeaning = { isPiece: true };

/** OpenAI's `/images/generations`. Charged by tokens where the provider reports them, else by the picture. */
export const image: Protocol = {
  ...OPENAI,
  id: 'image',
  parseFields(body) {
    if (typeof body.prompt !== 'string') throw invalid('prompt', 'a string');
    const choices = optionalCount(body, 'n', MAX_CHOICES) ?? 1;
    return fieldsOf({
      model: modelOf(body),
      stream: optionalBoolean(body, 'stream') ?? false,
      choices,
      units: choices,
    });
  },
  bodyEdits: modelEdit,
  readUsage({ usage, data }) {
    return pictures(usage, Array.isArray(data) ? data.length : 0);
  },
  createTap(fields) {
    return new TypedTap({
      meaningOf: meanings(fields),
      merge: sumOf, // each picture reports its own
      maxEventBytes: MAX_EVENT_BYTES,
    });
  },
};

/** The tokens of pictures, and how many they are: which of both is charged, the price says. */
function pictures(usage: unknown, images: number): ReportedUsage | undefined {
  const tokens = readTokens(usage, RESPONSE_NAMES);
  if (!tokens) return images > 0 ? usageOf({ images }) : undefined;
  // only newer models write, too; what comes out of the others is pictures
  const hasDetails = isObject(usage) && isObject(usage.output_tokens_details);
  return usageOf({
    ...tokens,
    images,
    ...(!hasDetails && { imageOutputTokens: tokens.outputTokens }),
  });
}

/** A stream has one last event a picture. */
function meanings(fields: RequestFields) {
  let left = fields.choices;
  return (type: string): EventMeaning | undefined => {
    if (type.endsWith('.partial_image')) return PARTIAL;
    if (type !== 'image_generation.completed') return undefined;
    left -= 1;
    return {
      isPiece: true,
      isLast: left === 0,
      readUsage: ({ usage }) => pictures(usage, 1),
    };
  };
}
