import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import { NodeProcess } from '../../harness/NodeProcess';
import type { LoadResult, LoadSettings } from './load';
import { keepOffFirstCore } from './scheduling';

/** A row of the benchmark's table. */
export interface Row {
  name: string;
  /** Requests per second of wall clock. */
  rps: number;
  /** CPU time, user and system, of the measured process, in microseconds per request. */
  cpuMicrosPerRequest: number;
  p50Ms: number;
  p99Ms: number;
}

type Message =
  | { phase: 'measuring' | 'measured' }
  | { phase: 'done'; result: LoadResult };

/** Loads one server and reads the CPU time of its process over the measured part. */
export async function runLoad(options: {
  name: string;
  server: NodeProcess<unknown>;
  settings: LoadSettings;
}): Promise<{ row: Row; requests: number }> {
  const child = fork(resolve(__dirname, 'load.ts'), [], {
    execArgv: ['--require', '@backstage/cli/config/nodeTransform.cjs'],
    env: { ...process.env, LOAD_SETTINGS: JSON.stringify(options.settings) },
  });
  if (child.pid !== undefined) keepOffFirstCore(child.pid);
  let before = Promise.resolve(0);
  let after = Promise.resolve(0);
  const result = await new Promise<LoadResult>((done, reject) => {
    child.once('exit', code =>
      reject(new Error(`The load of ${options.name} ended with ${code}`)),
    );
    child.on('message', (message: Message) => {
      if (message.phase === 'measuring') before = cpuMicros(options.server);
      if (message.phase === 'measured') after = cpuMicros(options.server);
      if (message.phase === 'done') done(message.result);
    });
  });
  if (result.errors > 0) {
    throw new Error(
      `${options.name}: ${result.errors} wrong answers, the first: ${result.firstError}`,
    );
  }
  const micros = (await after) - (await before);
  return {
    requests: result.requestsWithWarmUp,
    row: {
      name: options.name,
      rps: (result.requests / result.elapsedMs) * 1000,
      cpuMicrosPerRequest: micros / result.requests,
      p50Ms: result.p50Ms,
      p99Ms: result.p99Ms,
    },
  };
}

async function cpuMicros(server: NodeProcess<unknown>): Promise<number> {
  const { user, system } = await server.cpuUsage();
  return user + system;
}
