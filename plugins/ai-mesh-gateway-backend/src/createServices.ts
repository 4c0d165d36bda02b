import path from 'node:path';
import { ActiveCalls } from './ActiveCalls';
import { AttemptHolder } from './attempts/AttemptHolder';
import { AttemptSender } from './attempts/AttemptSender';
import { CallCache, ExactCache } from './cache';
import { GatewayOptions } from './createGateway';
import { Journal } from './journal/Journal';
import { readReplicaId } from './journal/replicaId';
import { Leases } from './leases/Leases';
import { GatewayLimits } from './limits';
import { SnapshotLink } from './link/SnapshotLink';
import { StatusReport } from './link/StatusReport';
import { UsageDelivery } from './link/UsageDelivery';
import { CountEvent, GatewayMetrics } from './metrics/GatewayMetrics';
import { RateLimits, RedisStore } from './rateLimits';
import { DEFAULT_CIRCUIT } from './routing/CircuitBreaker';
import { TargetStates } from './routing/TargetStates';
import { Shadows } from './shadow/Shadows';
import { SnapshotFile } from './snapshot/SnapshotFile';
import { SnapshotHolder } from './snapshot/SnapshotHolder';
import { createStages } from './stages';
import { createJournalStage } from './stages/journal';
import { createSettleStage } from './stages/settle';
import { Provider } from './upstream/Provider';

/** A control plane in the same process starts after the gateway: no reason to worry anyone. */
const QUIET_MS = 10_000;

/** Everything that a gateway consists of behind its listener. */
export type GatewayServices = ReturnType<typeof createServices>;

/**
 * Puts the parts of a gateway together. Reads the journal of a former life.
 *
 * @throws Error that says what to do when the data folder cannot be written
 */
export function createServices(options: GatewayOptions, limits: GatewayLimits) {
  const { logger, controlPlane, dataDirectory } = options;
  const clock = options.clock ?? Date.now;
  const metrics = options.metrics ?? new GatewayMetrics();
  const onEvent: CountEvent = (event, labels) => metrics.count(event, labels);
  const journal = Journal.open({
    directory: path.join(dataDirectory, 'journal'),
    logger,
  });
  const replicaId = readReplicaId(dataDirectory);
  const active = new ActiveCalls();
  const snapshots = new SnapshotHolder();
  const shared = {
    controlPlane,
    logger,
    quietUntilMs: Date.now() + QUIET_MS,
  };
  const snapshotLink = new SnapshotLink({
    ...shared,
    holder: snapshots,
    file: new SnapshotFile(dataDirectory),
  });
  const delivery = new UsageDelivery({ ...shared, replicaId, journal });
  const leases = new Leases({
    replicaId,
    controlPlane,
    journal,
    logger,
    clock,
    callMs: limits.upstreamTimeoutMs,
    flushUsage: () => delivery.flush(),
    hurryUsage: () => delivery.hurry(),
    onEvent,
  });
  delivery.onAcknowledged(() => leases.sweep());
  const providers: ReadonlyMap<string, Provider> = new Map(
    Object.entries(options.providers).map(([id, provider]) => [
      id,
      new Provider(provider, limits, { logger }),
    ]),
  );
  const states = new TargetStates({
    circuit: { ...DEFAULT_CIRCUIT, ...options.circuit },
    clock,
  });
  const statusReport = new StatusReport({ controlPlane, logger });
  const rateLimits = new RateLimits({
    shared:
      options.rateLimits?.redis && new RedisStore(options.rateLimits.redis),
    logger,
    clock,
    replicaCount: () => statusReport.replicaCount,
  });
  const sender = new AttemptSender({ providers, states, clock, logger });
  const holder = new AttemptHolder({ leases, sender, clock, onEvent });
  const settle = createSettleStage({ logger });
  const journalStage = createJournalStage({
    journal,
    leases,
    clock,
    onRecorded: () => delivery.notify(),
  });
  const shadows = new Shadows({
    sender,
    holder,
    states,
    settle,
    journal: journalStage,
    clock,
    logger,
    onDropped: model => metrics.count('shadow-dropped', { model }),
  });
  const cache = new CallCache(new ExactCache({ clock }));
  const stages = createStages({
    bodyBytes: limits.bodyBytes,
    hashSecret: options.hashSecret,
    classifiers: options.classifiers ?? new Map(),
    clock,
    snapshots,
    rateLimits,
    states,
    sender,
    holder,
    cache,
    shadows,
    settle,
    journal: journalStage,
    logger,
    onEvent,
  });
  return {
    replicaId,
    clock,
    metrics,
    journal,
    active,
    snapshots,
    snapshotLink,
    delivery,
    leases,
    providers,
    states,
    rateLimits,
    holder,
    shadows,
    cache,
    statusReport,
    stages,
  };
}
