import { IncomingMessage, ServerResponse } from 'node:http';
import { Engine } from './Engine';
import { GatewayError } from './errors';
import { Listener } from './http/Listener';
import { createRequestIds } from './http/requestIds';
import { writeError } from './http/respond';
import { DEFAULT_LIMITS, GatewayLimits } from './limits';
import { ControlPlane } from './link/ControlPlane';
import { Logger } from './Logger';
import { GatewayMetrics } from './metrics/GatewayMetrics';
import { Stage } from './pipeline';
import { RateLimitsConfig } from './rateLimits';
import { CircuitOptions } from './routing/CircuitBreaker';
import { Classifiers } from './routing/findSpecialist';
import { ProviderOptions } from './upstream/Provider';

/** What a gateway is made of. @public */
export interface GatewayOptions {
  listen: { host: string; port: number };
  /** Journal, last snapshot and replica id. One gateway a folder. */
  dataDirectory: string;
  /** By the id that models name in `ai-mesh.io/provider`. */
  providers: Record<string, ProviderOptions>;
  /** `aiMesh.keys.hashSecret`, the same as the control plane's. */
  hashSecret: string;
  controlPlane: ControlPlane;
  logger: Logger;
  limits?: Partial<GatewayLimits>;
  /** How requests and tokens per minute are counted; in this process when absent. */
  rateLimits?: RateLimitsConfig;
  /** When a target that fails is left alone. */
  circuit?: Partial<CircuitOptions>;
  /** Where calls are counted; in a place that nobody reads when absent. */
  metrics?: GatewayMetrics;
  /** Whether to take callers only when there are keys and models to serve with: for a process that takes over. */
  listenWhenReady?: boolean;
  /** Say which requests a specialist can take. */
  classifiers?: Classifiers;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** Writes one debug line a call; costs time on every call. */
  logCalls?: boolean;
  /** Wraps each stage, once: for tests that watch the way of a call. */
  decorateStage?: (stage: Stage) => Stage;
}

/** How a gateway is doing. @public */
export interface GatewayStatus {
  replicaId: string;
  /** Whether it has keys and models to serve with. */
  ready: boolean;
  snapshotVersion: string | undefined;
  snapshotGeneratedAt: string | undefined;
  activeCalls: number;
  leases: number;
  /** Usage in the journal that the control plane does not have. */
  undeliveredRecords: number;
  oldestUndeliveredAt: string | undefined;
}

/** The data plane in one process. @public */
export interface Gateway {
  /**
   * Begins to serve. Reads the journal of a former life first.
   *
   * @returns the address for clients, ending in `/v1`
   * @throws Error that says what to do, when the port is taken or the folder cannot be written
   */
  listen(): Promise<{ url: string; port: number }>;
  /** Ends what runs, within a bound; delivers the usage and hands the leases back. */
  close(): Promise<void>;
  /** Undefined before {@link Gateway.listen}. */
  status(): GatewayStatus | undefined;
}

/** Makes a gateway. It needs nothing of Backstage. @public */
export function createGateway(options: GatewayOptions): Gateway {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const newRequestId = createRequestIds();
  let engine: Engine | undefined;
  let isClosing = false;
  let isRefusing = false;

  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const requestId = newRequestId();
    if (request.url === '/healthz') {
      writeHealth(response, requestId, true);
    } else if (request.url === '/readyz') {
      const isReady = engine?.isReady === true && !isClosing;
      writeHealth(response, requestId, isReady);
    } else if (isRefusing || !engine) {
      const code = isRefusing ? 'shutting_down' : 'not_ready';
      writeError(response, { requestId, error: new GatewayError(code) });
    } else {
      engine.handle(request, response, requestId);
    }
  };

  const listener = new Listener({
    limits: {
      headersMs: limits.receiveHeadersTimeoutMs,
      requestMs: limits.receiveTimeoutMs,
    },
    newRequestId,
    onRequest,
  });

  return {
    async listen() {
      if (options.listenWhenReady) {
        engine = new Engine(options, limits);
        engine.start();
        await engine.whenReady();
        if (isClosing) throw new Error('It was closed before it listened');
      }
      const port = await listener.listen(options.listen);
      if (!engine) {
        try {
          engine = new Engine(options, limits);
        } catch (error) {
          listener.destroy();
          throw error;
        }
        engine.start();
      }
      const { host } = options.listen;
      const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
      const authority = name.includes(':') ? `[${name}]` : name;
      return { url: `http://${authority}:${port}/v1`, port };
    },
    async close() {
      if (isClosing) return;
      isClosing = true;
      const untilMs = Date.now() + limits.drainMs;
      await listener.drain({ lingerMs: limits.lingerMs, untilMs });
      isRefusing = true;
      await engine?.close(untilMs);
      listener.destroy();
    },
    status: () => engine?.status(),
  };
}

function writeHealth(
  response: ServerResponse,
  requestId: string,
  isGood: boolean,
): void {
  response.writeHead(isGood ? 200 : 503, [
    'content-type',
    'application/json; charset=utf-8',
    'x-request-id',
    requestId,
  ]);
  response.end(isGood ? '{"status":"ok"}' : '{"status":"unavailable"}');
}
