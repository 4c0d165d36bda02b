import path from 'node:path';
import { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ActiveCalls } from './ActiveCalls';
import { Call } from './Call';
import { CallerGoneError, GatewayError, toGatewayError } from './errors';
import { GatewayOptions, GatewayStatus } from './createGateway';
import { finishResponse, writeError } from './http/respond';
import { Journal } from './journal/Journal';
import { readReplicaId } from './journal/replicaId';
import { Leases } from './leases/Leases';
import { GatewayLimits } from './limits';
import { SnapshotLink } from './link/SnapshotLink';
import { UsageDelivery } from './link/UsageDelivery';
import { describeError } from './Logger';
import { composePipeline, Pipeline } from './pipeline';
import { matchRoute } from './routes';
import { SnapshotFile } from './snapshot/SnapshotFile';
import { SnapshotHolder } from './snapshot/SnapshotHolder';
import { createStages, DeadlineError } from './stages';
import { Provider } from './upstream/Provider';

const SYNC_MS = 250;
const SWEEP_MS = 1000;
/** A control plane in the same process starts after the gateway: no reason to worry anyone. */
const QUIET_MS = 10_000;

/** Everything behind the listener: opened when the port is ours, so that no two processes share a journal. */
export class Engine {
  readonly #options: GatewayOptions;
  readonly #limits: GatewayLimits;
  readonly #clock: () => number;
  readonly #replicaId: string;
  readonly #journal: Journal;
  readonly #snapshots = new SnapshotHolder();
  readonly #snapshotLink: SnapshotLink;
  readonly #delivery: UsageDelivery;
  readonly #leases: Leases;
  readonly #providers: ReadonlyMap<string, Provider>;
  readonly #pipeline: Pipeline;
  readonly #active = new ActiveCalls();
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(options: GatewayOptions, limits: GatewayLimits) {
    const { logger, controlPlane, dataDirectory } = options;
    this.#options = options;
    this.#limits = limits;
    this.#clock = options.clock ?? Date.now;
    this.#journal = Journal.open({
      directory: path.join(dataDirectory, 'journal'),
      logger,
    });
    this.#replicaId = readReplicaId(dataDirectory);
    const quietUntilMs = Date.now() + QUIET_MS;
    const shared = { controlPlane, logger, quietUntilMs };
    this.#snapshotLink = new SnapshotLink({
      ...shared,
      holder: this.#snapshots,
      file: new SnapshotFile(dataDirectory),
    });
    this.#delivery = new UsageDelivery({
      ...shared,
      replicaId: this.#replicaId,
      journal: this.#journal,
      onAcknowledged: leaseIds => this.#acknowledged(leaseIds),
    });
    this.#leases = new Leases({
      replicaId: this.#replicaId,
      controlPlane,
      journal: this.#journal,
      logger,
      clock: this.#clock,
      flushUsage: () => this.#delivery.flush(),
    });
    this.#providers = new Map(
      Object.entries(options.providers).map(([id, provider]) => [
        id,
        new Provider(provider, limits),
      ]),
    );
    this.#pipeline = this.#compose();
  }

  start(): void {
    this.#snapshots.onReplaced(snapshot => this.#leases.recall(snapshot));
    this.#snapshotLink.start();
    this.#delivery.notify();
    this.#leases.sweep();
    this.#every(SYNC_MS, () => this.#sync());
    this.#every(SWEEP_MS, () => this.#sweep());
  }

  get isReady(): boolean {
    return this.#snapshots.current !== undefined;
  }

  status(): GatewayStatus {
    const { undelivered } = this.#journal.state;
    const [oldest] = undelivered.values();
    const snapshot = this.#snapshots.current;
    return {
      replicaId: this.#replicaId,
      ready: this.isReady,
      snapshotVersion: snapshot?.version,
      snapshotGeneratedAt:
        snapshot && new Date(snapshot.generatedAtMs).toISOString(),
      activeCalls: this.#active.size,
      leases: this.#leases.count,
      undeliveredRecords: undelivered.size,
      oldestUndeliveredAt: oldest && occurredAt(oldest.text),
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
      call = new Call({
        id: requestId,
        match: matchRoute(request.method ?? '', request.url ?? ''),
        request,
        response,
        startedAtMs: this.#clock(),
      });
    } catch (error) {
      writeError(response, requestId, toGatewayError(error));
      return;
    }
    this.#active.add(call);
    call.onEnd(() => this.#active.delete(call));
    response.on('close', () => {
      if (response.writableEnded) return;
      call.callerGone = true;
      call.abort(new CallerGoneError());
    });
    this.#pipeline(call).catch(error =>
      this.#options.logger.error(
        `A call could not be ended: ${describeError(error)}`,
        { requestId },
      ),
    );
  }

  /** Waits for the calls that run, within a bound; delivers, hands back, closes. */
  async close(): Promise<void> {
    const untilMs = Date.now() + this.#limits.drainMs;
    while (this.#active.size > 0 && Date.now() < untilMs) await sleep(20);
    for (const call of this.#active) {
      call.abort(new GatewayError('shutting_down'));
    }
    for (const timer of this.#timers) clearInterval(timer);
    await this.#snapshotLink.stop();
    await this.#leases.shutDown().catch(error => {
      // the journal keeps them: the next life hands them back
      this.#options.logger.warn(
        `Leases were not handed back: ${describeError(error)}`,
      );
    });
    this.#delivery.close();
    await this.#journal.close();
    for (const provider of this.#providers.values()) await provider.close();
  }

  #compose(): Pipeline {
    const { decorateStage = stage => stage, logger } = this.#options;
    const stages = createStages({
      bodyBytes: this.#limits.bodyBytes,
      hashSecret: this.#options.hashSecret,
      clock: this.#clock,
      snapshots: this.#snapshots,
      leases: this.#leases,
      providers: this.#providers,
      journal: this.#journal,
      logger,
      onRecorded: () => this.#delivery.notify(),
    });
    return composePipeline(stages.map(decorateStage), call => {
      finishResponse(call);
      this.#report(call);
    });
  }

  #report(call: Call): void {
    const { failure } = call;
    const { logger, logCalls } = this.#options;
    const isExpected =
      failure instanceof GatewayError || failure instanceof CallerGoneError;
    if (failure && !isExpected) {
      logger.error(`A call failed: ${describeError(failure)}`, {
        requestId: call.id,
      });
    }
    if (!logCalls) return;
    logger.debug('call', {
      requestId: call.id,
      route: call.match.route.name,
      keyId: call.key?.id ?? '',
      model: call.model?.name ?? '',
      status: call.callerGone ? 499 : call.response.statusCode,
      scrub: call.scrubbed ?? '',
      durationMs: this.#clock() - call.startedAtMs,
    });
  }

  #acknowledged(leaseIds: readonly string[]): void {
    for (const id of leaseIds) this.#leases.acknowledge(id);
    this.#leases.sweep();
  }

  #sync(): void {
    this.#journal.sync().catch(error => {
      this.#options.logger.error(
        `The journal was not brought to the disk: ${describeError(error)}`,
      );
    });
  }

  #sweep(): void {
    const oldestMs = this.#clock() - this.#limits.upstreamTimeoutMs;
    for (const call of this.#active) {
      if (call.startedAtMs <= oldestMs) call.abort(new DeadlineError());
    }
    this.#leases.sweep();
  }

  #every(intervalMs: number, work: () => void): void {
    this.#timers.push(setInterval(work, intervalMs));
  }
}

function occurredAt(recordText: string): string {
  const record: { occurredAt: string } = JSON.parse(recordText);
  return record.occurredAt;
}
