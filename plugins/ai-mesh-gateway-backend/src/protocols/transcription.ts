import { openAiErrorBody, openAiStreamError } from './errorBodies';
import { Body, fieldsOf, invalid, modelOf } from './fields';
import { modelEdit } from './jsonEdits';
import { Protocol, ProtocolId } from './Protocol';
import { EventMeaning, TypedTap } from './TypedTap';
import { AUDIO_NAMES, CHAT_NAMES, readTokens } from './readTokens';
import {
  isGiven,
  isObject,
  ReportedUsage,
  secondsOf,
  UNREADABLE_USAGE,
  usageOf,
} from './usage';

/** Below four kilobits a second no speech is understood; what is slower still is charged as it is reported. */
const LEAST_BYTES_PER_SECOND = 500;

const PIECE: EventMeaning = { isPiece: true };
const LAST: EventMeaning = {
  isLast: true,
  readUsage: ({ usage }) => heard(usage),
};
/** Servers of vLLM send chunks like those of chat, and `[DONE]`. */
const CHUNK: EventMeaning = {
  isPiece: true,
  readUsage: ({ usage }) => readTokens(usage, CHAT_NAMES),
};

/** OpenAI's `/audio/transcriptions`: speech into text. */
export const transcription = listening('transcription');

/** OpenAI's `/audio/translations`: speech into English text. */
export const translation = listening('translation');

/**
 * The most seconds that a file of sound can last.
 *
 * @param fileBytes - the `units` of the request
 */
export function audioSecondsBound(fileBytes: number): number {
  return Math.ceil(fileBytes / LEAST_BYTES_PER_SECOND);
}

/** Both take a form; its fields are those of `formFields`. */
function listening(id: ProtocolId): Protocol {
  return {
    id,
    encoding: 'multipart',
    parseFields(body) {
      return fieldsOf({
        model: modelOf(body),
        stream: isStream(body),
        units: fileBytesOf(body),
        expectsJson: isJson(body),
      });
    },
    bodyEdits: modelEdit,
    readUsage({ usage, duration }) {
      if (isGiven(usage)) return heard(usage);
      return heardSeconds(duration);
    },
    createTap: () => new TypedTap({ meaningOf }),
    streamError: openAiStreamError,
    errorBody: openAiErrorBody,
  };
}

function meaningOf(type: string): EventMeaning | undefined {
  switch (type) {
    case 'transcript.text.delta':
      return PIECE;
    case 'transcript.text.done':
      return LAST;
    default:
      return type === '' ? CHUNK : undefined;
  }
}

/** Some models are charged by the second, some by the token. */
function heard(usage: unknown): ReportedUsage | undefined {
  if (!isObject(usage) || usage.type !== 'duration') {
    return readTokens(usage, AUDIO_NAMES);
  }
  return heardSeconds(usage.seconds) ?? UNREADABLE_USAGE;
}

function heardSeconds(value: unknown): ReportedUsage | undefined {
  const audioSeconds = secondsOf(value);
  return audioSeconds === undefined ? undefined : usageOf({ audioSeconds });
}

function fileBytesOf({ file }: Body): number {
  if (typeof file === 'number' && file > 0) return file;
  throw invalid('file', 'a file that is not empty');
}

/** A form has no types. What one server takes for true and another for false is refused. */
function isStream({ stream }: Body): boolean {
  if (stream === undefined) return false;
  const text = typeof stream === 'string' ? stream.toLowerCase() : undefined;
  if (text !== 'true' && text !== 'false') {
    throw invalid('stream', '"true" or "false"');
  }
  return text === 'true';
}

function isJson(body: Body): boolean {
  const format = body.response_format ?? 'json';
  if (typeof format !== 'string') throw invalid('response_format', 'a text');
  return format.endsWith('json');
}
