import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequestListener } from './createRequestListener';
import type { Gate } from './gate/Gate';
import type { ModelSimulatorOptions } from './options';
import type { ReceivedRequest } from './received/ReceivedRequests';
import { Simulation } from './Simulation';
import type { UsageReport } from './usage/UsageLedger';

const DEFAULT_HOST = '127.0.0.1';
/** Longer than clients keep an idle connection: else one is closed just as it is used again. */
const KEEP_ALIVE_MS = 75_000;

/** A provider that runs in this process. */
export interface ModelSimulator {
  /** `http://host:port`; the base URL of an OpenAI client is this with `/v1` behind it. */
  readonly url: string;
  readonly port: number;
  /** Holds answers before their first byte while it is closed. */
  readonly gate: Gate;
  /** What the provider would put on its invoice. */
  usage(): UsageReport;
  /** The newest requests word for word, oldest first; empty unless `keepRequests` says otherwise. */
  received(): readonly ReceivedRequest[];
  /** Forgets what was counted and received, and lets the faults begin anew. */
  reset(): void;
  /**
   * Takes no more connections, and breaks those that are still in use after `graceMs`.
   *
   * @param options.graceMs milliseconds for answers under way; 0 when left out
   */
  close(options?: { graceMs?: number }): Promise<void>;
}

/**
 * Starts an upstream that speaks OpenAI, Azure OpenAI and Anthropic.
 *
 * @throws the error of `node:net` when the address is taken or may not be used (`EADDRINUSE`, `EACCES`)
 * @throws TypeError on a fault's probability outside 0 to 1
 */
export async function startModelSimulator(
  options: ModelSimulatorOptions = {},
): Promise<ModelSimulator> {
  const simulation = new Simulation(options);
  const server = createServer(
    { keepAlive: true, noDelay: true, keepAliveTimeout: KEEP_ALIVE_MS },
    createRequestListener(simulation, options),
  );
  const host = options.host ?? DEFAULT_HOST;
  server.listen(options.port ?? 0, host);
  await once(server, 'listening');
  const port = portOf(server);

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    gate: simulation.gate,
    usage: () => simulation.ledger.report(),
    received: () => simulation.received.newest(),
    reset: () => simulation.reset(),
    close: ({ graceMs = 0 } = {}) => closeServer(server, graceMs),
  };
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
