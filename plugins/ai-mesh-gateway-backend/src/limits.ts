import { UpstreamLimits } from './upstream/Provider';

/** What a call may take. Times in milliseconds. */
export interface GatewayLimits extends UpstreamLimits {
  /** Of a request. */
  bodyBytes: number;
  /** For a request's headers to arrive. */
  receiveHeadersTimeoutMs: number;
  /** For a whole request to arrive. */
  receiveTimeoutMs: number;
  /** For a call from its first byte to its last; noticed within a second. */
  upstreamTimeoutMs: number;
  /** For the calls that run when the gateway shuts down. */
  drainMs: number;
  /** For an idle connection, when the gateway shuts down, to bring one more request before it is closed. */
  lingerMs: number;
}

/** The limits that hold where the configuration names none. */
export const DEFAULT_LIMITS: GatewayLimits = {
  bodyBytes: 10 * 1024 * 1024,
  receiveHeadersTimeoutMs: 10_000,
  receiveTimeoutMs: 60_000,
  upstreamTimeoutMs: 600_000,
  connectTimeoutMs: 5_000,
  headersTimeoutMs: 300_000,
  idleTimeoutMs: 120_000,
  drainMs: 25_000,
  lingerMs: 2_000,
};
