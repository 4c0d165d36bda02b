import { ServiceTier } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { GatewayError } from '../errors';
import { ReportedUsage } from './usage';

/** A wire format of the gateway, by what one call of it asks for. */
export type ProtocolId =
  | 'chat'
  | 'completion'
  | 'response'
  | 'embedding'
  | 'moderation'
  | 'image'
  | 'speech'
  | 'transcription'
  | 'translation'
  | 'message';

/** The fields of a request that the gateway reads. All others pass as they came. */
export interface RequestFields {
  model: string;
  stream: boolean;
  /** Whether the caller asked for the usage chunk at the end of a stream. Only chat and completions have one. */
  includeUsage: boolean;
  streamOptions: Record<string, unknown> | undefined;
  /**
   * Most tokens of one answer, as the caller bounds it: the larger, when he does so twice. Absent when he does
   * not; zero where no answer has tokens (embeddings, moderations).
   */
  maxOutputTokens: number | undefined;
  /** That bound by the members of the body in which the caller sets it; mostly one or none. */
  outputBounds: Readonly<Record<string, number>>;
  /** How many answers are made and charged, all inputs of a batch together. */
  choices: number;
  /** Messages, texts or other inputs; each may cost some tokens beside its text. */
  messageCount: number;
  /** Pictures and files, whose tokens do not show in the size of the body. */
  attachmentCount: number;
  /**
   * Whether the provider may add input that the body does not show: a stored conversation, a hosted tool, a
   * document. Then only the context of the model bounds the tokens of the input.
   */
  hasHiddenInput: boolean;
  /** What is charged when it is not tokens. `image`: pictures. `speech`: characters. Audio: bytes of the file. */
  units: number;
  /** The tier of service that is asked for by name; undefined where the provider may choose any. */
  serviceTier: ServiceTier | undefined;
  /** Whether the provider is asked to keep something of the input for an hour, which costs more than all else. */
  cachesForHour: boolean;
  /** How often the caller lets the provider use tools of its own that are charged by use. */
  maxToolCalls: number;
  /** Tools of that kind, or sets of them, for which the caller sets no bound. */
  unboundedTools: number;
  /** Only where some of them have no bound, and it stands with the tool: all tools of the request. */
  tools: readonly unknown[] | undefined;
  /** Whether a whole answer must be JSON; speech and some formats of transcripts are not. */
  expectsJson: boolean;
}

/** Listens to a stream on its way to the caller. Takes chunks, however they were cut. */
export interface StreamTap {
  /**
   * @returns what may go to the caller now; maybe nothing
   * @throws RangeError when an event, or the stream after its end, does not end
   */
  push(chunk: Buffer): Buffer;
  /** The end of the stream, for the caller when all else is done: the usage is then on record. */
  readonly tail: Buffer;
  /** Whether the provider said that the answer is complete. */
  readonly isDone: boolean;
  /** The provider's own count for the whole answer; undefined while, or when, it gives none. */
  readonly usage: ReportedUsage | undefined;
  /** What the provider has counted up to now: the best there is for a stream that is cut. */
  readonly usageSoFar: ReportedUsage | undefined;
  /** Events with something of an answer in them: each is at least one token (at most two are none). */
  readonly pieceCount: number;
}

/** What has to differ between the caller's body and the one that goes to a target of the same protocol. */
export interface BodyEditOptions {
  fields: RequestFields;
  /** The model's name at the provider. */
  providerModel: string;
  /** The tokens of one answer that are held for. */
  maxOutputTokens: number;
  /**
   * The member for the bound when the caller sets none. For `chat`: OpenAI's reasoning models refuse `max_tokens`,
   * and small servers know nothing else (the default).
   */
  outputBoundMember?: string;
  /** How often each tool for which the caller sets no bound may be used; undefined where use costs nothing. */
  toolCallBound?: number;
}

/** One wire format: what the gateway reads of it and writes in it. Stateless; none of it waits. */
export interface Protocol {
  readonly id: ProtocolId;
  /** How a request is encoded; the fields of a form are first read by `parseMultipart` and `formFields`. */
  readonly encoding: 'json' | 'multipart';
  /**
   * Reads what the gateway works with, strictly. Null counts as absent, as OpenAI has it.
   *
   * @throws GatewayError `invalid_value` with the field as `param`
   */
  parseFields(body: Record<string, unknown>): RequestFields;
  /** Members to replace or add, as JSON text by name, for `editJson` or `editMultipart`. */
  bodyEdits(options: BodyEditOptions): Map<string, string>;
  /**
   * The provider's own count, from a whole answer; an empty object stands for one that is no JSON.
   *
   * @returns undefined when it is absent; without any units, and mismatched, when it is no count. In both cases it is
   *   estimated, which is not the same as zero
   */
  readUsage(
    answer: Record<string, unknown>,
    fields: RequestFields,
  ): ReportedUsage | undefined;
  createTap(fields: RequestFields): StreamTap;
  /** The event that tells a client that the stream failed. No end marker follows. */
  streamError(error: GatewayError): string;
  /** The body of an answer that failed, as JSON. */
  errorBody(error: GatewayError): string;
}
