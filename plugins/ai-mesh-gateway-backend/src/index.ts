/**
 * The data plane of Sovereign AI Mesh: serves inference, holds budgets, books the exact cost.
 *
 * @packageDocumentation
 */
export { meshGatewayPlugin as default } from './plugin';
export { createGateway } from './createGateway';
export type { Gateway, GatewayOptions, GatewayStatus } from './createGateway';
export type { GatewayLimits } from './limits';
export type { Logger } from './Logger';
export type { Stage, StageName } from './pipeline';
export type { ProviderOptions, UpstreamLimits } from './upstream/Provider';
export type { ControlPlane } from './link/ControlPlane';
export { MemoryControlPlane, recordsOf } from './link/MemoryControlPlane';
export { GatewayMetrics } from './metrics/GatewayMetrics';
export type {
  SupervisorMessage,
  WorkerMessage,
  WorkerPlace,
  WorkerRole,
} from './processes/messages';
