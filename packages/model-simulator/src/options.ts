import type { FaultRule } from './faults/Fault';
import type { LatencySettings } from './latency/Latency';

/** Settings of a simulated provider; each may be left out. */
export interface ModelSimulatorOptions extends Partial<LatencySettings> {
  /** Address to listen on; `127.0.0.1` when left out. */
  host?: string;
  /** Port to listen on; a free one when left out. */
  port?: number;
  /** The same seed gives the same answers, waits and faults; 1 when left out. */
  seed?: number;
  /** Names that are served; `any` serves every name. */
  models?: readonly string[] | 'any';
  /** Keys that are accepted; every caller is, when left out. */
  apiKeys?: readonly string[];
  /** What goes wrong by itself; the first rule that strikes counts. */
  faults?: readonly FaultRule[];
  /** Longest request body; 10 MiB when left out. */
  bodyLimitBytes?: number;
  /** Newest requests that are kept word for word, for tests that compare; none when left out. */
  keepRequests?: number;
  /** Hears of the simulator's own mistakes; callers get a 500 for them. */
  onUnexpectedError?: (error: unknown) => void;
}

/** The models of the demo. */
export const DEFAULT_MODELS: readonly string[] = [
  'gpt-4o',
  'gpt-4o-mini',
  'llama-3-8b-instruct',
  'claude-sonnet-5',
  'gpt-3.5-turbo-instruct',
  'text-embedding-3-small',
  'omni-moderation-latest',
  'gpt-image-1',
  'dall-e-3',
  'tts-1',
  'whisper-1',
  'gpt-4o-transcribe',
];

export const DEFAULT_SEED = 1;
export const DEFAULT_BODY_LIMIT_BYTES = 10 * 1024 * 1024;
