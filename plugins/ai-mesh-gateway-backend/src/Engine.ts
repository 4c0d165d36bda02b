import { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Call } from './Call';
import { GatewayOptions, GatewayStatus } from './createGateway';
import { createServices, GatewayServices } from './createServices';
import {
  CallerGoneError,
  DeadlineError,
  GatewayError,
  toGatewayError,
} from './errors';
import { finishResponse, writeError } from './http/respond';
import { GatewayLimits } from './limits';
import { describeError } from './Logger';
import { genAiProviderName } from './metrics/genAi';
import { measureCall } from './metrics/measureCall';
import { composePipeline, Pipeline } from './pipeline';
import { LimitError } from './rateLimits';
import { oldestUndeliveredAt, readStatus } from './readStatus';
import { matchRoute } from './routes';

const SYNC_MS = 250;
const SWEEP_MS = 1000;

/** Everything behind the listener: opened when the port is ours, so that no two processes share a journal. */
export class Engine {
  readonly #options: GatewayOptions;
  readonly #limits: GatewayLimits;
  readonly #services: GatewayServices;
  readonly #pipeline: Pipeline;
  readonly #providerNames: ReadonlyMap<string, string>;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #ready: Promise<void>;

  constructor(options: GatewayOptions, limits: GatewayLimits) {
    this.#options = options;
    this.#limits = limits;
    this.#services = createServices(options, limits);
    this.#providerNames = new Map(
      Object.entries(options.providers).map(([id, { type }]) => [
        id,
        genAiProviderName({ id, type }),
      ]),
    );
    const { decorateStage = stage => stage } = options;
    this.#pipeline = composePipeline(
      this.#services.stages.map(decorateStage),
      call => this.#end(call),
    );
    this.#ready = new Promise(resolve =>
      this.#services.snapshots.onReplaced(() => resolve()),
    );
  }

  start(): void {
    const { snapshots, leases, states, rateLimits, ...rest } = this.#services;
    snapshots.onReplaced(snapshot => {
      leases.recall(snapshot);
      states.keepOnly(snapshot);
    });
    this.#registerGauges();
    rateLimits.start();
    rest.snapshotLink.start();
    rest.delivery.notify();
    leases.sweep();
    this.#every(SYNC_MS, () => this.#sync());
    this.#every(SWEEP_MS, () => this.#sweep());
    const startedAtMs = rest.clock();
    rest.statusReport.start(() => readStatus(this.#services, { startedAtMs }));
  }

  get isReady(): boolean {
    return this.#services.snapshots.current !== undefined;
  }

  /** Resolves when there are keys and models to serve with. */
  whenReady(): Promise<void> {
    return this.#ready;
  }

  status(): GatewayStatus {
    const { replicaId, snapshots, active, leases, journal } = this.#services;
    const snapshot = snapshots.current;
    return {
      replicaId,
      ready: this.isReady,
      snapshotVersion: snapshot?.version,
      snapshotGeneratedAt:
        snapshot && new Date(snapshot.generatedAtMs).toISOString(),
      activeCalls: active.size,
      leases: leases.count,
      undeliveredRecords: journal.state.undelivered.size,
      oldestUndeliveredAt: oldestUndeliveredAt(journal),
    };
  }

  /** Takes one request through the pipeline. */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): void {
    let call: Call;
    try {
      const startedAtMs = this.#services.clock();
      call = new Call({
        id: requestId,
        match: matchRoute(request.method ?? '', request.url ?? ''),
        request,
        response,
        startedAtMs,
        deadlineAtMs: deadlineOfCaller(request, startedAtMs),
        latestAtMs: startedAtMs + this.#limits.upstreamTimeoutMs,
      });
    } catch (error) {
      writeError(response, { requestId, error: toGatewayError(error) });
      return;
    }
    this.#services.active.add(call);
    response.on('close', () => {
      if (response.writableEnded) return;
      call.callerGone = true;
      call.abort(new CallerGoneError());
    });
    this.#pipeline(call);
  }

  /** Waits for the calls that run, within a bound; delivers, hands back, closes. */
  async close(untilMs: number): Promise<void> {
    const { active, leases, ...rest } = this.#services;
    while (active.size > 0 && Date.now() < untilMs) await sleep(20);
    for (const call of active) call.abort(new GatewayError('shutting_down'));
    await rest.shadows.close();
    for (const timer of this.#timers) clearInterval(timer);
    rest.statusReport.stop();
    await rest.snapshotLink.stop();
    await leases.shutDown().catch(error => {
      // the journal keeps them: the next life hands them back
      this.#options.logger.warn(
        `Leases were not handed back: ${describeError(error)}`,
      );
    });
    rest.delivery.close();
    await rest.journal.close();
    await rest.rateLimits.close();
    for (const provider of rest.providers.values()) await provider.close();
  }

  #end(call: Call): void {
    try {
      this.#finish(call);
    } catch (error) {
      this.#options.logger.error(
        `A call could not be ended: ${describeError(error)}`,
        { requestId: call.id },
      );
    }
  }

  #finish(call: Call): void {
    finishResponse(call);
    const { holder, cache, active, metrics, clock } = this.#services;
    if (call.caching) cache.close(call);
    // settled, failed or aborted: nothing stays held, except where the usage could not be recorded
    for (const attempt of call.attempts) holder.release(attempt);
    call.grant?.settle(usedTokens(call));
    active.delete(call);
    const providerNames = this.#providerNames;
    metrics.record(measureCall(call, { nowMs: clock(), providerNames }));
    if (call.failure) this.#reportFailure(call, call.failure);
    if (this.#options.logCalls) this.#log(call);
  }

  #reportFailure({ id, key, model }: Call, failure: Error): void {
    const { metrics } = this.#services;
    const labels = {
      departmentRef: key?.departmentRef ?? '',
      model: model?.name ?? '',
    };
    if (failure instanceof LimitError) {
      const { scope, limit } = failure;
      metrics.count('limit-refused', { ...labels, scope, limit });
    } else if (failure instanceof GatewayError) {
      const isBudget = failure.code === 'insufficient_quota';
      if (isBudget) metrics.count('budget-refused', labels);
    } else if (!(failure instanceof CallerGoneError)) {
      this.#options.logger.error(`A call failed: ${describeError(failure)}`, {
        requestId: id,
      });
    }
  }

  #log(call: Call): void {
    this.#options.logger.debug('call', {
      requestId: call.id,
      route: call.match.route.name,
      keyId: call.key?.id ?? '',
      model: call.attempt?.model.name ?? '',
      attempts: call.attempts.length,
      status: call.callerGone ? 499 : call.response.statusCode,
      scrub: call.scrubbed ?? '',
      durationMs: this.#services.clock() - call.startedAtMs,
    });
  }

  #registerGauges(): void {
    const { metrics, active, leases, journal, snapshots, states } =
      this.#services;
    metrics.registerGauges({
      isReady: () => this.isReady,
      activeCalls: () => active.size,
      leases: () => leases.count,
      undelivered: () => journal.state.undelivered.size,
      oldestUndeliveredAtMs: () => {
        const time = oldestUndeliveredAt(journal);
        return time === undefined ? undefined : Date.parse(time);
      },
      snapshotGeneratedAtMs: () => snapshots.current?.generatedAtMs,
      targets: () => states.health(snapshots.current),
    });
  }

  #sync(): void {
    this.#services.journal.sync().catch(error => {
      this.#options.logger.error(
        `The journal was not brought to the disk: ${describeError(error)}`,
      );
    });
  }

  #sweep(): void {
    const { active, clock, leases, shadows } = this.#services;
    const nowMs = clock();
    for (const call of active) {
      if (call.deadlineAtMs <= nowMs) call.abort(new DeadlineError());
    }
    shadows.sweep();
    leases.sweep();
  }

  #every(intervalMs: number, work: () => void): void {
    this.#timers.push(setInterval(work, intervalMs));
  }
}

/** When its client gives up, where it says so: OpenAI's and Anthropic's do, in seconds. */
function deadlineOfCaller(
  { headers }: IncomingMessage,
  startedAtMs: number,
): number | undefined {
  const seconds = Number(headers['x-stainless-timeout'] ?? NaN);
  return seconds > 0 ? startedAtMs + 1000 * seconds : undefined;
}

/** For the limits: of all attempts together. */
function usedTokens({ attempts }: Call): number {
  let used = 0;
  for (const { usage } of attempts) {
    if (usage) used += usage.inputTokens + usage.outputTokens;
  }
  return used;
}
