export { runCommandLine } from './cli/runCommandLine';
export type { Fault, FaultKind, FaultRule } from './faults/Fault';
export type { Gate } from './gate/Gate';
export { DEFAULT_MODELS, type ModelSimulatorOptions } from './options';
export type { ReceivedRequest } from './received/ReceivedRequests';
export {
  startModelSimulator,
  type ModelSimulator,
} from './startModelSimulator';
export { countPromptTokens } from './tokens/countPromptTokens';
export { countTokens } from './tokens/tokenise';
export type { TokenUsage } from './usage/TokenUsage';
export type {
  ModelTotals,
  RequestOutcome,
  RequestRecord,
  UsageReport,
} from './usage/UsageLedger';
export { createRandom, type Random } from './random/createRandom';
