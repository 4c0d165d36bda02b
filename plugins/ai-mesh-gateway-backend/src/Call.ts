import { IncomingMessage, ServerResponse } from 'node:http';
import {
  Criticality,
  FallbackCause,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Attempt } from './Attempt';
import { Passage } from './attempts/passageOf';
import { CallCaching } from './cache';
import { GatewayError } from './errors';
import { JsonMember } from './http/jsonMembers';
import { MultipartForm, RequestFields } from './protocols';
import { LimitGrant } from './rateLimits';
import { RouteMatch } from './routes';
import { Plan } from './routing/Plan';
import {
  CompiledKey,
  CompiledModel,
  CompiledSnapshot,
} from './snapshot/CompiledSnapshot';
import { Answer } from './upstream/Answer';

/** One request on its way through the stages. Each stage fills in its part. */
export class Call {
  readonly id: string;
  readonly match: RouteMatch;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly startedAtMs: number;
  /** When it must be over. Milliseconds since 1970. */
  deadlineAtMs: number;
  /** When it must be over however long its caller waits. Milliseconds since 1970. */
  readonly #latestAtMs: number;

  // authenticate
  snapshot: CompiledSnapshot | undefined;
  key: CompiledKey | undefined;
  // receive
  body: Buffer | undefined;
  /** The body as parsed, where it is JSON. Read only. */
  json: Readonly<Record<string, unknown>> | undefined;
  fields: RequestFields | undefined;
  members: readonly JsonMember[] = [];
  /** The parts of the body, where it is a form. */
  form: MultipartForm | undefined;
  // resolve
  criticality: Criticality = 'critical';
  /** What the caller asked for. */
  model: CompiledModel | undefined;
  plan: Plan | undefined;
  /** Only where the model's answers may be stored. */
  caching: CallCaching | undefined;
  // admit
  grant: LimitGrant | undefined;
  /** The last one is the one that serves. */
  readonly attempts: Attempt[] = [];
  /** What made the call leave the model that was asked for. */
  fallbackCause: FallbackCause | undefined;
  /** What thresholds of budgets made of it, as the caller is told. */
  budgetMeasures: string | undefined;
  // scrub
  scrubbed: 'nothing-configured' | undefined;
  // dispatch
  answer: Answer | undefined;
  /** How the attempt under way speaks with its target. */
  passage: Passage | undefined;
  /** When the provider that serves began to answer. Milliseconds since 1970. */
  firstByteAtMs: number | undefined;
  // stream: what is still to be written when the usage is on record
  tail: Buffer | undefined;

  /** Place among the active calls. Theirs alone. */
  slot = -1;

  /** Why the call failed. Stages that do not always run are skipped from here on. */
  failure: GatewayError | Error | undefined;
  /** Whether the caller hung up before the answer was complete. */
  callerGone = false;
  #abort: ((reason: Error) => void) | undefined;

  constructor(options: {
    id: string;
    match: RouteMatch;
    request: IncomingMessage;
    response: ServerResponse;
    startedAtMs: number;
    /** When the caller stops waiting for an answer to begin; absent: as late as any call. */
    deadlineAtMs?: number;
    latestAtMs: number;
  }) {
    this.id = options.id;
    this.match = options.match;
    this.request = options.request;
    this.response = options.response;
    this.startedAtMs = options.startedAtMs;
    this.#latestAtMs = options.latestAtMs;
    this.deadlineAtMs = Math.min(
      options.deadlineAtMs ?? options.latestAtMs,
      options.latestAtMs,
    );
  }

  /** The attempt that is under way, or that served. */
  get attempt(): Attempt | undefined {
    return this.attempts.at(-1);
  }

  /** Whether the caller waits for less long than a call may take. */
  get isDeadlineOfCaller(): boolean {
    return this.deadlineAtMs < this.#latestAtMs;
  }

  /** Clients wait so long for an answer to begin: a stream may then take as long as any call. */
  answerBegins(): void {
    this.deadlineAtMs = this.#latestAtMs;
  }

  /** What stops the work that is going on for this call. */
  onAbort(abort: ((reason: Error) => void) | undefined): void {
    this.#abort = abort;
  }

  /** Stops the work that is going on for this call. */
  abort(reason: Error): void {
    this.#abort?.(reason);
  }
}
