import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import { keepOffFirstCore } from '../scheduling';
import { Subject } from '../Subject';
import type { LoadResult, LoadSettings } from './loadProcess';

/** A row of a benchmark's table. */
export interface Row {
  name: string;
  /** Requests per second of wall clock. */
  rps: number;
  /** CPU time, user and system, of the measured process, in microseconds per request. */
  cpuMicrosPerRequest: number;
  p50Ms: number;
  p99Ms: number;
  /** From the request to the first byte of the answer's body: of a stream, its first token. */
  ttftP50Ms: number;
  ttftP99Ms: number;
}

type Message =
  | { phase: 'measuring' | 'measured' }
  | { phase: 'done'; result: LoadResult };

/**
 * Loads one server and reads the CPU time of its processes over the measured part.
 *
 * @returns the row, and how many requests were made, the warm-up's too: what a ledger should hold
 * @throws Error when an answer was wrong
 */
export async function runLoad(options: {
  name: string;
  subject: Subject;
  settings: LoadSettings;
}): Promise<{ row: Row; requests: number }> {
  const { name, subject } = options;
  const child = fork(resolve(__dirname, 'loadProcess.ts'), [], {
    execArgv: ['--require', '@backstage/cli/config/nodeTransform.cjs'],
    env: { ...process.env, LOAD_SETTINGS: JSON.stringify(options.settings) },
  });
  if (child.pid !== undefined) keepOffFirstCore(child.pid);
  let before = Promise.resolve(0);
  let after = Promise.resolve(0);
  const result = await new Promise<LoadResult>((done, reject) => {
    child.once('exit', code =>
      reject(new Error(`The load of ${name} ended with ${code}`)),
    );
    child.on('message', (message: Message) => {
      if (message.phase === 'measuring') before = subject.cpuMicros();
      if (message.phase === 'measured') after = subject.cpuMicros();
      if (message.phase === 'done') done(message.result);
    });
  });
  if (result.errors > 0) {
    throw new Error(
      `${name}: ${result.errors} wrong answers, the first: ${result.firstError}`,
    );
  }
  const micros = (await after) - (await before);
  return {
    requests: result.requestsWithWarmUp,
    row: {
      name,
      rps: (result.requests / result.elapsedMs) * 1000,
      cpuMicrosPerRequest: micros / result.requests,
      p50Ms: result.p50Ms,
      p99Ms: result.p99Ms,
      ttftP50Ms: result.ttftP50Ms,
      ttftP99Ms: result.ttftP99Ms,
    },
  };
}
