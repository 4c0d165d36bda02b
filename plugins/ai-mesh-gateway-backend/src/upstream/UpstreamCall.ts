import { Dispatcher } from 'undici';
import { Answer, StreamSink, StreamSource } from './Answer';

/** An answer is kept whole in memory, as its usage goes into the headers. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Of an error no more is read than a person would. */
const MAX_ERROR_BYTES = 64 * 1024;

type Headers = Record<string, string | string[] | undefined>;

/** The answer of a provider is larger than the gateway takes. */
export class AnswerTooLargeError extends Error {
  constructor() {
    super('The answer is larger than the gateway takes');
    this.name = 'AnswerTooLargeError';
  }
}

/**
 * One request at a provider. Answers with the whole body, or, for a stream of events, as soon as it begins.
 *
 * `started → head → data* → ended | failed`, as undici calls it; whoever waits hears of the end once.
 */
export class UpstreamCall implements Dispatcher.DispatchHandler, StreamSource {
  /** Whether the request went to a connection: from then on the provider may be at work. */
  isSent = false;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #abortReason: Error | undefined;
  #status = 0;
  #contentType = '';
  #retryAfter: string | undefined;
  #isStream = false;
  #sink: StreamSink | undefined;
  #chunks: Buffer[] = [];
  #byteCount = 0;
  /** The end of a stream that came before its sink. */
  #end: { error: Error | undefined } | undefined;

  constructor(
    resolve: (answer: Answer) => void,
    reject: (error: Error) => void,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abortReason) controller.abort(this.#abortReason);
    else this.isSent = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Headers,
  ): void {
    if (status < 200) return; // informational: the answer is yet to come
    this.#status = status;
    this.#contentType = single(headers['content-type']) ?? '';
    this.#retryAfter = single(headers['retry-after']);
    this.#isStream =
      status === 200 && this.#contentType.startsWith('text/event-stream');
    // what comes before a sink is there is kept: the rest of one read from the socket at most
    if (this.#isStream) this.#resolve({ kind: 'stream', source: this });
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
    if (this.#isStream) return;
    if (this.#status !== 200 && this.#byteCount > MAX_ERROR_BYTES) {
      this.#resolveWhole();
      controller.abort(new AnswerTooLargeError());
    } else if (this.#byteCount > MAX_ANSWER_BYTES) {
      controller.abort(new AnswerTooLargeError());
    }
  }

  onResponseEnd(): void {
    if (this.#sink) this.#sink.ended();
    else if (this.#isStream) this.#end = { error: undefined };
    else this.#resolveWhole();
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#sink) this.#sink.failed(error);
    else if (this.#isStream) this.#end = { error };
    else this.#reject(error); // without effect when the answer was cut to its bound
  }

  abort(reason: Error): void {
    this.#abortReason ??= reason;
    this.#controller?.abort(reason);
    // undici tells only when it had begun: a request that still waits for a connection is told here
    if (!this.#controller) this.#reject(reason);
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

  #resolveWhole(): void {
    this.#resolve({
      kind: 'whole',
      status: this.#status,
      contentType: this.#contentType,
      retryAfter: this.#retryAfter,
      body:
        this.#chunks.length === 1
          ? this.#chunks[0]
          : Buffer.concat(this.#chunks),
    });
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
