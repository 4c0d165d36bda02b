import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { QuietFilter } from './QuietFilter.mjs';

const LAST_LINES = 25;
const STOP_TIMEOUT_MS = 15_000;
const HAS_GROUPS = process.platform !== 'win32';

/** The parts of the demo as processes. When one ends by itself, its last lines are shown and all end. */
export class ChildProcesses {
  #children = new Map();
  #stopping = new AbortController();
  #verbose;

  constructor({ verbose }) {
    this.#verbose = verbose;
  }

  /** Aborted once the parts are being stopped. */
  get stopping() {
    return this.#stopping.signal;
  }

  /** Starts one part under the Node that runs this script. */
  start(name, { args, cwd }) {
    const child = spawn(process.execPath, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      // a group of its own, so that what a part has started ends with it
      detached: HAS_GROUPS,
      env: { ...process.env, BROWSER: 'none', FORCE_COLOR: '0' },
    });
    const lastLines = [];
    const filter = new QuietFilter();
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', line => {
        lastLines.push(line);
        if (lastLines.length > LAST_LINES) lastLines.shift();
        if (this.stopping.aborted) return;
        if (this.#verbose || filter.isWorthShowing(line)) {
          process.stdout.write(`[${name}] ${line}\n`);
        }
      });
    }
    child.once('close', code => this.#onClose(name, { code, lastLines }));
    this.#children.set(name, child);
  }

  /** Asks every part to end, and ends those that do not. */
  async stop() {
    this.#stopping.abort();
    const running = [...this.#children.values()].filter(
      child => child.exitCode === null && child.signalCode === null,
    );
    const closed = Promise.all(running.map(child => once(child, 'close')));
    for (const child of running) sendSignal(child, 'SIGTERM');
    const timer = setTimeout(() => {
      for (const child of running) sendSignal(child, 'SIGKILL');
    }, STOP_TIMEOUT_MS);
    await closed;
    clearTimeout(timer);
  }

  async #onClose(name, { code, lastLines }) {
    if (this.stopping.aborted) return;
    process.stderr.write(
      `\nThe ${name} ended with exit code ${code}. Its last lines:\n\n` +
        `${lastLines.map(line => `  ${line}`).join('\n')}\n\n`,
    );
    await this.stop();
    process.exit(1);
  }
}

function sendSignal(child, signal) {
  try {
    if (HAS_GROUPS) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // gone already
  }
}
