import { Dispatcher } from 'undici';
import { firstValue } from '../http/firstValue';
import { StreamSink, StreamSource, WholeAnswer } from './Answer';

/** An answer is kept whole in memory, as its usage goes into the headers. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Of an error no more is read than a person would. */
const MAX_ERROR_BYTES = 64 * 1024;

type Headers = Record<string, string | string[] | undefined>;

/** The answer of a provider is one that the gateway does not take. */
export class UnusableAnswerError extends Error {
  /** @param why - a constant: nothing of the answer */
  constructor(why: string) {
    super(`The answer ${why}`);
    this.name = 'UnusableAnswerError';
  }
}

/** Who waits for the answer. One of the methods is called, once. */
export interface AnswerListener {
  /** The whole answer is here, whatever its status. */
  whole(answer: WholeAnswer): void;
  /** A stream of events has begun: its first bytes are here. */
  stream(source: StreamSource): void;
  /** There is no answer. */
  failed(error: Error): void;
}

/**
 * One request at a provider. Answers with the whole body, or, for a stream of events, with its first bytes: until
 * then another target can take over.
 *
 * `started → head → data* → ended | failed`, as undici calls it; whoever waits hears of the end once.
 */
export class UpstreamCall implements Dispatcher.DispatchHandler, StreamSource {
  /** Whether the request went to a connection: from then on the provider may be at work. */
  isSent = false;
  #listener: AnswerListener | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #abortReason: Error | undefined;
  #status = 0;
  #contentType = '';
  #headers: Headers = {};
  #isStream = false;
  #sink: StreamSink | undefined;
  #chunks: Buffer[] = [];
  #byteCount = 0;
  /** The end of a stream that came before its sink. */
  #end: { error: Error | undefined } | undefined;

  constructor(listener: AnswerListener) {
    this.#listener = listener;
  }

  get first(): Buffer {
    return this.#chunks[0];
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abortReason) controller.abort(this.#abortReason);
    else this.isSent = true;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Headers,
  ): void {
    if (status < 200) return; // informational: the answer is yet to come
    if (isEncoded(headers)) {
      // we asked for none: it is not unpacked, so it cannot grow, and its usage cannot be read
      controller.abort(new UnusableAnswerError('is compressed'));
      return;
    }
    this.#status = status;
    this.#headers = headers;
    this.#contentType = firstValue(headers['content-type']) ?? '';
    this.#isStream =
      status === 200 && this.#contentType.startsWith('text/event-stream');
  }

  onResponseData(
    controller: Dispatcher.DispatchController,
    chunk: Buffer,
  ): void {
    if (this.#sink) {
      this.#sink.data(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#byteCount += chunk.length;
    if (this.#isStream) {
      // what comes before a sink is there is kept: the rest of one read from the socket at most
      this.#take()?.stream(this);
    } else if (this.#status !== 200 && this.#byteCount > MAX_ERROR_BYTES) {
      this.#answerWhole();
      controller.abort(new UnusableAnswerError('is too large'));
    } else if (this.#byteCount > MAX_ANSWER_BYTES) {
      controller.abort(new UnusableAnswerError('is too large'));
    }
  }

  onResponseEnd(): void {
    if (this.#sink) this.#sink.ended();
    else if (!this.#isStream) this.#answerWhole();
    else {
      this.#end = { error: undefined };
      this.#take()?.failed(new UnusableAnswerError('is an empty stream'));
    }
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#sink) this.#sink.failed(error);
    else {
      this.#end = { error };
      this.#take()?.failed(error);
    }
  }

  abort(reason: Error): void {
    this.#abortReason ??= reason;
    // undici tells only when it had begun: a request that still waits for a connection is told here
    if (this.#controller) this.#controller.abort(reason);
    else this.#take()?.failed(reason);
  }

  pipe(sink: StreamSink): void {
    const chunks = this.#chunks;
    this.#chunks = [];
    for (const chunk of chunks) sink.data(chunk);
    if (this.#end?.error) sink.failed(this.#end.error);
    else if (this.#end) sink.ended();
    this.#sink = sink;
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  #answerWhole(): void {
    this.#take()?.whole({
      kind: 'whole',
      status: this.#status,
      contentType: this.#contentType,
      retryAfterMs:
        this.#status === 200 ? undefined : retryAfterMs(this.#headers),
      body:
        this.#chunks.length === 1
          ? this.#chunks[0]
          : Buffer.concat(this.#chunks),
    });
  }

  /** Whoever waits, the first time. */
  #take(): AnswerListener | undefined {
    const listener = this.#listener;
    this.#listener = undefined;
    return listener;
  }
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date (RFC 9110, section 10.2.3). */
function retryAfterMs(headers: Headers): number | undefined {
  const inMs = firstValue(headers['retry-after-ms']);
  if (inMs !== undefined && /^\d+$/.test(inMs)) return Number(inMs);
  const text = firstValue(headers['retry-after']);
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function isEncoded(headers: Headers): boolean {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding === '') return false;
  return firstValue(encoding)?.toLowerCase() !== 'identity';
}
