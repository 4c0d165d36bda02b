/** What takes the bytes of a stream. All methods are called in order; `ended` or `failed` last, once. */
export interface StreamSink {
  data(chunk: Buffer): void;
  ended(): void;
  failed(error: Error): void;
}

/** Bytes that come from a provider, at the pace at which they are taken. */
export interface StreamSource {
  /** Hands over what has come and what will. Once. */
  pipe(sink: StreamSink): void;
  pause(): void;
  resume(): void;
}

/** How a call is answered. */
export type Answer =
  /** Made by the gateway itself. */
  | { kind: 'own'; body: Buffer }
  | {
      kind: 'whole';
      status: number;
      contentType: string;
      retryAfter: string | undefined;
      body: Buffer;
      /** The body byte by byte, once something has read it. */
      latin1?: string;
    }
  | { kind: 'stream'; source: StreamSource };
