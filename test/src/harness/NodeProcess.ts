import { ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What {@link NodeProcess.start} needs. */
export interface NodeProcessOptions {
  /** A TypeScript file; it sends `{ ready: … }` to its parent when it serves. */
  script: string;
  env?: Record<string, string>;
  arguments?: string[];
  /** Default: two minutes; it compiles the sources, on whatever machine this is. */
  readyTimeoutMs?: number;
}

/** CPU time of a process since its start, in microseconds. */
export interface CpuUsage {
  user: number;
  system: number;
}

type Message = { ready?: unknown; cpu?: CpuUsage };

/** A Node process of ours, run from the sources, that tests start, measure and kill. */
export class NodeProcess<Ready> {
  readonly ready: Ready;
  readonly #child: ChildProcess;
  readonly #output: string[];

  static async start<Ready>(
    options: NodeProcessOptions,
  ): Promise<NodeProcess<Ready>> {
    const output: string[] = [];
    const child = fork(options.script, options.arguments ?? [], {
      execArgv: ['--require', '@backstage/cli/config/nodeTransform.cjs'],
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', data => {
        output.push(String(data));
        if (output.length > 2000) output.shift();
      });
    }
    const ready = await new Promise<Ready>((resolve, reject) => {
      const fail = (reason: string) => {
        child.kill('SIGKILL');
        reject(
          new Error(
            `${options.script} ${reason}:\n${output.slice(-40).join('')}`,
          ),
        );
      };
      const timer = setTimeout(
        () => fail('was not ready in time'),
        options.readyTimeoutMs ?? 120_000,
      );
      child.on('message', (message: Message) => {
        if (message.ready === undefined) return;
        clearTimeout(timer);
        resolve(message.ready as Ready);
      });
      child.once('exit', code => {
        clearTimeout(timer);
        fail(`ended with ${code}`);
      });
    });
    return new NodeProcess(child, ready, output);
  }

  private constructor(child: ChildProcess, ready: Ready, output: string[]) {
    this.#child = child;
    this.ready = ready;
    this.#output = output;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What the process printed so far; the last two thousand pieces. */
  get output(): string {
    return this.#output.join('');
  }

  /** CPU time so far, as the process itself measures it. */
  async cpuUsage(): Promise<CpuUsage> {
    const answer = new Promise<CpuUsage>(resolve => {
      const listen = (message: Message) => {
        if (!message.cpu) return;
        this.#child.off('message', listen);
        resolve(message.cpu);
      };
      this.#child.on('message', listen);
    });
    this.#child.send('cpu');
    return answer;
  }

  /** Holds the process still, as a machine does that is gone without a word: its connections stay open. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Ends {@link NodeProcess.freeze}. */
  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** Ends the process and waits until it is gone. SIGKILL leaves it no last word. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null)
      return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 40_000);
    await exited;
    clearTimeout(timer);
  }
}
