// A closed loop of callers in a process of its own. Every answer is checked, so that speed is of right answers.
import { Pool } from 'undici';

/** What to call and for how long. */
export interface LoadSettings {
  url: string;
  key: string;
  stream: boolean;
  connections: number;
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
}

const settings: LoadSettings = JSON.parse(process.env.LOAD_SETTINGS ?? '');
const target = new URL(settings.url);
const pool = new Pool(target.origin, { connections: settings.connections });
const body = JSON.stringify({
  model: 'gpt-4o-mini',
  stream: settings.stream,
  max_tokens: 64,
  messages: [
    { role: 'system', content: 'You are a calm assistant. '.repeat(20) },
    { role: 'user', content: 'Where is my parcel?' },
  ],
});
const WANTED = settings.stream ? 'data: [DONE]' : '"usage"';

const latenciesMs: number[] = [];
let requestsWithWarmUp = 0;
let errors = 0;
let firstError: string | undefined;
let measuring = false;
let running = true;

function call(): Promise<void> {
  const started = performance.now();
  return new Promise(resolve => {
    let status = 0;
    let tail = '';
    const end = (problem?: string) => {
      requestsWithWarmUp += 1;
      if (problem !== undefined) {
        errors += 1;
        firstError ??= problem;
      } else if (measuring) {
        latenciesMs.push(performance.now() - started);
      }
      resolve();
    };
    pool.dispatch(
      {
        path: target.pathname,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${settings.key}`,
        },
        body,
      },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, chunk) {
          tail = chunk.toString('latin1', Math.max(0, chunk.length - 400));
        },
        onResponseEnd() {
          const right = status === 200 && tail.includes(WANTED);
          end(right ? undefined : `${status} ${tail}`);
        },
        onResponseError(_controller, error) {
          end(error.message);
        },
      },
    );
  });
}

async function caller() {
  while (running) await call();
}

async function main() {
  const callers = Array.from({ length: settings.connections }, caller);
  await new Promise(done => setTimeout(done, settings.warmUpMs));
  process.send?.({ phase: 'measuring' });
  measuring = true;
  const started = performance.now();
  await new Promise(done => setTimeout(done, settings.durationMs));
  measuring = false;
  const elapsedMs = performance.now() - started;
  const requests = latenciesMs.length;
  process.send?.({ phase: 'measured' });
  running = false;
  await Promise.all(callers);
  latenciesMs.sort((a, b) => a - b);
  const quantile = (share: number) =>
    latenciesMs[Math.min(requests - 1, Math.floor(requests * share))] ?? NaN;
  const result: LoadResult = {
    requests,
    requestsWithWarmUp,
    errors,
    firstError,
    elapsedMs,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  };
  process.send?.({ phase: 'done', result }, () => process.exit(0));
}

void main();
