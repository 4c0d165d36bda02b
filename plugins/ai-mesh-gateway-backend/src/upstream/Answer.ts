/** What takes the bytes of a stream. All methods are called in order; `ended` or `failed` last, once. */
export interface StreamSink {
  data(chunk: Buffer): void;
  ended(): void;
  failed(error: Error): void;
}

/** Bytes that come from a provider, at the pace at which they are taken. */
export interface StreamSource {
  /** The first bytes, for a look; they are handed over with the others. */
  readonly first: Buffer;
  /** Hands over what has come and what will. Once. */
  pipe(sink: StreamSink): void;
  pause(): void;
  resume(): void;
}

/** An answer that came to its end before the caller hears of it. */
export interface WholeAnswer {
  kind: 'whole';
  status: number;
  contentType: string;
  /** How long the provider asks to be left alone, in milliseconds. */
  retryAfterMs?: number;
  body: Buffer;
  /** The body byte by byte, once something has read it. */
  latin1?: string;
}

/** How a call is answered. */
export type Answer =
  | WholeAnswer
  | { kind: 'stream'; source: StreamSource }
  /** A stream of an earlier, equal call. */
  | { kind: 'recorded'; body: Buffer };
