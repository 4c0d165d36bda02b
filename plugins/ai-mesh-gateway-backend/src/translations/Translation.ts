import { SseEvent } from './SseSplitter';

/** What the gateway decides about a translated request. */
export interface RequestOptions {
  /** What the target calls its model. */
  providerModel: string;
  /** Tokens of output that the budget was held for, at most. */
  maxOutputTokens: number;
  stream: boolean;
}

/** A stream of events in the client's format, made of one in the target's. */
export interface StreamTranslation {
  /**
   * Takes the next complete event of the target.
   *
   * @returns events for the client as text; maybe none
   * @throws GatewayError `upstream_error` when the event is none of the target's format
   */
  push(event: SseEvent): string;
  /**
   * Ends the stream. Only called when the target has ended its own properly: a stream that was cut must
   * not look complete to the client.
   *
   * @returns the last events, end marker included; none after an error of the target's
   */
  end(): string;
}

/** Between the format that a client speaks and the format that its target speaks. No state, no I/O. */
export interface Translation {
  /**
   * @param body - the client's, parsed
   * @returns the target's body, as JSON text
   * @throws GatewayError `invalid_value` with the field that the target's format cannot express
   */
  request(body: Record<string, unknown>, options: RequestOptions): string;
  /**
   * @param answer - the target's, parsed, of a call that succeeded
   * @param options.model - the name that the client asked for
   * @returns the client's answer, as JSON text
   * @throws GatewayError `upstream_error` when it is no answer of the target's format
   */
  answer(answer: Record<string, unknown>, options: { model: string }): string;
  /**
   * @param options.model - the name that the client asked for
   * @param options.includeUsage - whether the client asked for a usage chunk; formats that always have one ignore it
   */
  createStream(options: {
    model: string;
    includeUsage: boolean;
  }): StreamTranslation;
  /** What the target's error body says to the caller; undefined when it says nothing that is the caller's business. */
  errorMessage(body: unknown): string | undefined;
}
