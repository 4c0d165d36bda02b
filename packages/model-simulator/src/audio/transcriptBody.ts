import type { StreamFrames } from '../inference/streamAnswer';
import type { TokenisedText } from '../tokens/tokenise';
import type { TokenUsage } from '../usage/TokenUsage';

/** What was understood of a sound. */
export interface Transcript {
  task: 'transcribe' | 'translate';
  said: TokenisedText;
  /** Two letters of ISO 639. */
  language: string;
  seconds: number;
  /** Tokens of the text that the caller gave as a help. */
  hintTokens: number;
}

export type TranscriptFormat = 'json' | 'text' | 'srt' | 'verbose_json' | 'vtt';

const PLAIN = 'text/plain; charset=utf-8';

/** @param usage left out of the formats that have no room for it */
export function transcriptBody(
  transcript: Transcript,
  usage: TokenUsage | undefined,
  format: TranscriptFormat = 'json',
): { body: string; contentType?: string } {
  const { said, seconds } = transcript;
  const end = (mark: string) => clock(seconds, mark);
  switch (format) {
    case 'text':
      return { body: `${said.text}\n`, contentType: PLAIN };
    case 'srt':
      return {
        body: `1\n00:00:00,000 --> ${end(',')}\n${said.text}\n\n`,
        contentType: PLAIN,
      };
    case 'vtt':
      return {
        body: `WEBVTT\n\n00:00:00.000 --> ${end('.')}\n${said.text}\n\n`,
        contentType: PLAIN,
      };
    case 'verbose_json':
      return { body: JSON.stringify(verboseBody(transcript, usage)) };
    default:
      return {
        body: JSON.stringify({
          text: said.text,
          ...(usage && { usage: usageBody(usage, transcript) }),
        }),
      };
  }
}

/** Deltas and the end, without names and without `[DONE]`. */
export function transcriptFrames(
  transcript: Transcript,
  usage: TokenUsage | undefined,
): StreamFrames {
  const { said } = transcript;
  const event = (data: Record<string, unknown>) =>
    `data: ${JSON.stringify(data)}\n\n`;
  return {
    opening: '',
    tokens: said.pieces.map(delta =>
      event({ type: 'transcript.text.delta', delta }),
    ),
    closing: event({
      type: 'transcript.text.done',
      text: said.text,
      ...(usage && { usage: usageBody(usage, transcript) }),
    }),
    broken: 'data: {"type":"transcript.text.delta","\n\n',
  };
}

function verboseBody(transcript: Transcript, usage: TokenUsage | undefined) {
  const { task, said, seconds, language } = transcript;
  const segment = {
    id: 0,
    seek: 0,
    start: 0,
    end: seconds,
    text: said.text,
    tokens: [],
    temperature: 0,
    avg_logprob: -0.2,
    compression_ratio: 1.4,
    no_speech_prob: 0.01,
  };
  return {
    task,
    language,
    duration: seconds,
    text: said.text,
    segments: [segment],
    ...(usage && { usage: usageBody(usage, transcript) }),
  };
}

function usageBody(usage: TokenUsage, { hintTokens }: Transcript) {
  const { audioSeconds, promptTokens, completionTokens } = usage;
  if (audioSeconds !== undefined) {
    return { type: 'duration', seconds: audioSeconds };
  }
  return {
    type: 'tokens',
    total_tokens: promptTokens + completionTokens,
    input_tokens: promptTokens,
    input_token_details: {
      text_tokens: hintTokens,
      audio_tokens: promptTokens - hintTokens,
    },
    output_tokens: completionTokens,
  };
}

/** Hours, minutes, seconds and milliseconds. */
function clock(seconds: number, mark: string): string {
  const time = new Date(Math.round(seconds * 1_000)).toISOString();
  return time.slice(11, 23).replace('.', mark);
}
