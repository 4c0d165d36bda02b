import { Body, fieldsOf, invalid, modelOf } from './fields';
import { modelEdit } from './jsonEdits';
import { OPENAI } from './openAiProtocol';
import { PassingTap } from './PassingTap';
import { Protocol } from './Protocol';
import { EventMeaning, TypedTap } from './TypedTap';
import { AUDIO_NAMES, readTokens } from './readTokens';
import { ReportedUsage, usageOf } from './usage';

const PIECE: EventMeaning = { isPiece: true };

/** OpenAI's `/audio/speech`. Sound reports no usage: its characters are what was asked for. */
export const speech: Protocol = {
  ...OPENAI,
  id: 'speech',
  parseFields(body) {
    const { input } = body;
    if (typeof input !== 'string') throw invalid('input', 'a string');
    return fieldsOf({
      model: modelOf(body),
      stream: isEventStream(body),
      units: charactersOf(input),
      expectsJson: false,
    });
  },
  bodyEdits: modelEdit,
  readUsage(_, fields) {
    return usageOf({ characters: fields.units });
  },
  createTap(fields) {
    return fields.stream
      ? new TypedTap({ meaningOf: meanings(fields.units) })
      : new PassingTap(usageOf({ characters: fields.units }));
  },
};

function meanings(characters: number) {
  const last: EventMeaning = {
    isLast: true,
    readUsage: ({ usage }) => spokenTokens(usage, characters),
  };
  return (type: string): EventMeaning | undefined => {
    if (type === 'speech.audio.delta') return PIECE;
    return type === 'speech.audio.done' ? last : undefined;
  };
}

/** Sound comes as it is, or wrapped into events. */
function isEventStream(body: Body): boolean {
  const format = body.stream_format ?? 'audio';
  if (format === 'sse') return true;
  if (format === 'audio') return false;
  throw invalid('stream_format', '"sse" or "audio"');
}

/** What comes out of a model that speaks is sound. */
function spokenTokens(
  usage: unknown,
  characters: number,
): ReportedUsage | undefined {
  const tokens = readTokens(usage, AUDIO_NAMES);
  return (
    tokens &&
    usageOf({ ...tokens, audioOutputTokens: tokens.outputTokens, characters })
  );
}

/** Counts code points, as people count characters: an emoji is one. */
function charactersOf(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const isSecondHalf =
      isBetween(text, index, 0xdc00, 0xdfff) &&
      isBetween(text, index - 1, 0xd800, 0xdbff);
    if (!isSecondHalf) count += 1;
  }
  return count;
}

function isBetween(text: string, index: number, low: number, high: number) {
  const code = text.charCodeAt(index);
  return code >= low && code <= high;
}
