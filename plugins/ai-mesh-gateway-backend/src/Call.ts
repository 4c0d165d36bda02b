import { IncomingMessage, ServerResponse } from 'node:http';
import { PicoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { GatewayError } from './errors';
import { JsonMember } from './http/jsonMembers';
import { Hold } from './leases/Lease';
import { RouteMatch } from './routes';
import {
  CompiledKey,
  CompiledModel,
  CompiledSnapshot,
  CompiledTarget,
} from './snapshot/CompiledSnapshot';
import { ReportedUsage } from './upstream/reportedUsage';
import { Answer } from './upstream/Answer';
import { UsageLine } from './prices/usageLines';

/** The fields of a request that the gateway reads. All others pass as they came. */
export interface RequestFields {
  model: string;
  stream: boolean;
  /** Whether the caller asked for the usage chunk at the end of a stream. */
  includeUsage: boolean;
  streamOptions: Record<string, unknown> | undefined;
  /** The larger of `max_tokens` and `max_completion_tokens`; absent when the caller set no bound. */
  maxOutputTokens: number | undefined;
  /** How many answers were asked for. */
  choices: number;
  messageCount: number;
  /** Parts of messages whose tokens do not show in the size of the body: images and files. */
  attachmentCount: number;
}

/** How much of a call was used, once its end is known. */
export interface Outcome {
  /**
   * `answered`: the provider answered to the end. `cut`: it was at work when the call ended.
   * `refused`: it did no billable work.
   */
  end: 'answered' | 'cut' | 'refused';
  usage: ReportedUsage | undefined;
  /** Pieces of a stream that were seen; each is at least one token. */
  pieceCount: number;
}

/** One request on its way through the stages. Each stage fills in its part. */
export class Call {
  readonly id: string;
  readonly match: RouteMatch;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly startedAtMs: number;

  // receive
  body: Buffer | undefined;
  fields: RequestFields | undefined;
  members: readonly JsonMember[] = [];
  // authenticate, resolve
  snapshot: CompiledSnapshot | undefined;
  key: CompiledKey | undefined;
  model: CompiledModel | undefined;
  target: CompiledTarget | undefined;
  // admit
  inputTokensBound = 0;
  maxOutputTokens = 0;
  hold: Hold | undefined;
  /** The usage could not be recorded: its money stays held until somebody looks. */
  keepHold = false;
  // scrub
  scrubbed: 'nothing-configured' | undefined;
  // dispatch
  /** Whether this call went out: the journal covers its money from then on. */
  dispatched = false;
  answer: Answer | undefined;
  outcome: Outcome | undefined;
  // stream: what is still to be written when the usage is on record
  tail: Buffer | undefined;
  // settle
  costPicoUsd: PicoUsd | undefined;
  usage: { estimated: boolean; lines: UsageLine[] } | undefined;

  /** Place among the active calls. Theirs alone. */
  slot = -1;

  /** Why the call failed. Stages that do not always run are skipped from here on. */
  failure: GatewayError | Error | undefined;
  /** Whether the caller hung up before the answer was complete. */
  callerGone = false;
  #abort: ((reason: Error) => void) | undefined;
  readonly #endings: Array<() => void> = [];

  constructor(options: {
    id: string;
    match: RouteMatch;
    request: IncomingMessage;
    response: ServerResponse;
    startedAtMs: number;
  }) {
    this.id = options.id;
    this.match = options.match;
    this.request = options.request;
    this.response = options.response;
    this.startedAtMs = options.startedAtMs;
  }

  /** Runs when the call is over, however it ended; the last first. */
  onEnd(ending: () => void): void {
    this.#endings.push(ending);
  }

  /** What stops the work that is going on for this call. */
  onAbort(abort: ((reason: Error) => void) | undefined): void {
    this.#abort = abort;
  }

  /** Stops the work that is going on for this call. */
  abort(reason: Error): void {
    this.#abort?.(reason);
  }

  /** Runs the endings. Called once, by the pipeline. */
  end(): void {
    for (
      let ending = this.#endings.pop();
      ending !== undefined;
      ending = this.#endings.pop()
    ) {
      ending();
    }
  }
}
