// Callers in a process of its own. Every answer is checked, so that speed is of right answers.
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { quantile } from '../statistics';
import { AnswerCheck, requestBody } from './messages';

/** What to call and for how long. */
export interface LoadSettings {
  url: string;
  headers: Record<string, string>;
  /** `mixed`: every second call. */
  stream: boolean | 'mixed';
  /** Of the prompt; about four make a token. */
  promptBytes: number;
  /** Callers, each with one call at a time. */
  connections: number;
  /** Over how long the callers begin, so that they do not all call at the same moment. */
  spreadMs: number;
  /** All callers together, at most: an open throttle when absent. */
  requestsPerSecond?: number;
  warmUpMs: number;
  durationMs: number;
}

/** What was seen after the warm-up. */
export interface LoadResult {
  requests: number;
  /** All requests, the warm-up's too: what a ledger should hold. */
  requestsWithWarmUp: number;
  errors: number;
  firstError?: string;
  elapsedMs: number;
  p50Ms: number;
  p99Ms: number;
  ttftP50Ms: number;
  ttftP99Ms: number;
}

const settings: LoadSettings = JSON.parse(process.env.LOAD_SETTINGS ?? '');
const target = new URL(settings.url);
const pool = new Pool(target.origin, { connections: settings.connections });
const headers = { 'content-type': 'application/json', ...settings.headers };
const bodies = {
  whole: requestBody({ stream: false, promptBytes: settings.promptBytes }),
  stream: requestBody({ stream: true, promptBytes: settings.promptBytes }),
};

const latenciesMs: number[] = [];
const ttftsMs: number[] = [];
let requestsWithWarmUp = 0;
let errors = 0;
let firstError: string | undefined;
let measuring = false;
let running = true;

function call(isStream: boolean): Promise<void> {
  const started = performance.now();
  return new Promise(resolve => {
    const check = new AnswerCheck(isStream);
    let ttftMs: number | undefined;
    const end = (problem: string | undefined) => {
      requestsWithWarmUp += 1;
      if (problem !== undefined) {
        errors += 1;
        firstError ??= problem;
      } else if (measuring) {
        latenciesMs.push(performance.now() - started);
        if (ttftMs !== undefined) ttftsMs.push(ttftMs);
      }
      resolve();
    };
    pool.dispatch(
      {
        path: target.pathname,
        method: 'POST',
        headers,
        body: isStream ? bodies.stream : bodies.whole,
      },
      {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          check.status = status;
        },
        onResponseData(_controller, chunk) {
          ttftMs ??= performance.now() - started;
          check.push(chunk);
        },
        onResponseEnd() {
          end(check.problem);
        },
        onResponseError(_controller, error) {
          end(error.message);
        },
      },
    );
  });
}

async function caller(index: number) {
  const { connections, spreadMs, requestsPerSecond, stream } = settings;
  await sleep((spreadMs * index) / connections);
  const everyMs = requestsPerSecond && (1000 * connections) / requestsPerSecond;
  let dueMs = performance.now();
  for (let count = index; running; count++) {
    await call(stream === 'mixed' ? count % 2 === 0 : stream);
    if (everyMs === undefined) continue;
    dueMs += everyMs;
    await sleep(Math.max(0, dueMs - performance.now()));
  }
}

async function main() {
  const callers = Array.from({ length: settings.connections }, (_, index) =>
    caller(index),
  );
  await sleep(settings.spreadMs + settings.warmUpMs);
  process.send?.({ phase: 'measuring' });
  measuring = true;
  const started = performance.now();
  await sleep(settings.durationMs);
  measuring = false;
  const elapsedMs = performance.now() - started;
  const requests = latenciesMs.length;
  process.send?.({ phase: 'measured' });
  running = false;
  await Promise.all(callers);
  latenciesMs.sort((a, b) => a - b);
  ttftsMs.sort((a, b) => a - b);
  const result: LoadResult = {
    requests,
    requestsWithWarmUp,
    errors,
    firstError,
    elapsedMs,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    ttftP50Ms: quantile(ttftsMs, 0.5),
    ttftP99Ms: quantile(ttftsMs, 0.99),
  };
  process.send?.({ phase: 'done', result }, () => process.exit(0));
}

void main();
