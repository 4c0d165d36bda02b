// What callers of the benchmarks send, what the upstream answers, and how an answer is told to be whole.

const USAGE = {
  prompt_tokens: 120,
  completion_tokens: 20,
  total_tokens: 140,
  prompt_tokens_details: { cached_tokens: 0 },
};
const ID = {
  id: 'chatcmpl-bench',
  created: 1_700_000_000,
  model: 'gpt-4o-mini',
};

/** A prompt of the size that chat applications send. */
export const USUAL_PROMPT_BYTES = 500;
/** About 75,000 tokens. */
export const LARGE_PROMPT_BYTES = 300_000;

const SENTENCE = 'You are a calm assistant of a company that sends parcels.\n';

/** A chat request, as text. */
export function requestBody(options: {
  stream: boolean;
  promptBytes: number;
}): string {
  const count = Math.ceil(options.promptBytes / SENTENCE.length);
  return JSON.stringify({
    model: 'gpt-4o-mini',
    stream: options.stream,
    max_tokens: 64,
    messages: [
      { role: 'system', content: SENTENCE.repeat(count) },
      { role: 'user', content: 'Where is my parcel?' },
    ],
  });
}

/** The answer that is not streamed. */
export const ANSWER = Buffer.from(
  JSON.stringify({
    ...ID,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: 'All is well. '.repeat(24) },
      },
    ],
    usage: USAGE,
  }),
);

/** The events of a stream, up to the one with the finish reason. */
export const EVENTS: readonly Buffer[] = [
  ...Array.from({ length: 20 }, (_, at) => chunk({ content: ` word${at}` })),
  chunk({}, 'stop'),
];
/** For callers who ask for it. */
export const USAGE_EVENT = event({ choices: [], usage: USAGE });
export const DONE = Buffer.from('data: [DONE]\n\n');

function chunk(delta: object, finishReason: string | null = null): Buffer {
  return event({ choices: [{ index: 0, delta, finish_reason: finishReason }] });
}

function event(data: object): Buffer {
  const object = 'chat.completion.chunk';
  return Buffer.from(`data: ${JSON.stringify({ ...ID, object, ...data })}\n\n`);
}

const LINE_FEED = 0x0a;
const TAIL_CHARACTERS = 400;
const LINE_FEEDS = 2 * (EVENTS.length + 1);

/** Tells whether an answer came whole and right. */
export class AnswerCheck {
  status = 0;
  readonly #isStream: boolean;
  #lineFeeds = 0;
  /** The end of an answer may stand in two pieces. */
  #lastPieces: Buffer[] = [];

  constructor(isStream: boolean) {
    this.#isStream = isStream;
  }

  push(bytes: Buffer): void {
    if (this.#isStream) {
      for (
        let at = bytes.indexOf(LINE_FEED);
        at >= 0;
        at = bytes.indexOf(LINE_FEED, at + 1)
      ) {
        this.#lineFeeds += 1;
      }
    }
    this.#lastPieces = [...this.#lastPieces.slice(-1), bytes];
  }

  /** Of an answer that has ended; undefined when there is none. */
  get problem(): string | undefined {
    const tail = Buffer.concat(this.#lastPieces)
      .toString('latin1')
      .slice(-TAIL_CHARACTERS);
    const isWhole = this.#isStream
      ? tail.endsWith('data: [DONE]\n\n') && this.#lineFeeds === LINE_FEEDS
      : tail.includes('"usage"');
    if (this.status === 200 && isWhole) return undefined;
    return `${this.status}, ${this.#lineFeeds} line feeds, the end: ${tail}`;
  }
}
