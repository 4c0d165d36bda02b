import { startModelSimulator } from '../startModelSimulator';
import { HELP, readCommandLine } from './commandLineOptions';

/** Answers under way when the simulator is told to stop have this long to end. */
const GRACE_MS = 5_000;

/** Where a command reads and writes; `process` is one. */
export interface CommandEnvironment {
  argv: readonly string[];
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  once(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/**
 * Runs the simulator until it is told to stop.
 *
 * @returns the exit code: 0 when it was told to stop, 1 when it could not start, 2 when it was called wrongly
 */
export async function runCommandLine(
  environment: CommandEnvironment,
): Promise<number> {
  const { argv, stdout, stderr } = environment;
  let command;
  try {
    command = readCommandLine(argv.slice(2));
  } catch (error) {
    stderr.write(`${messageOf(error)}\nSee model-simulator --help\n`);
    return 2;
  }
  if (command.action === 'help') {
    stdout.write(HELP);
    return 0;
  }
  const { options } = command;
  try {
    const simulator = await startModelSimulator({
      ...options,
      onUnexpectedError: error => stderr.write(`${messageOf(error)}\n`),
    });
    stdout.write(`Model simulator listens on ${simulator.url}/v1\n`);
    await untilStopped(environment);
    await simulator.close({ graceMs: GRACE_MS });
    return 0;
  } catch (error) {
    stderr.write(`${startProblem(error, options)}\n`);
    return 1;
  }
}

function untilStopped(environment: CommandEnvironment): Promise<void> {
  return new Promise(resolve => {
    environment.once('SIGINT', resolve);
    environment.once('SIGTERM', resolve);
  });
}

function startProblem(
  error: unknown,
  { host, port }: { host?: string; port?: number },
): string {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use. Stop the program that has it, or choose another: model-simulator --port ${
        (port ?? 0) + 1
      }`;
    case 'EACCES':
      return `Port ${port} on ${host} is not allowed for this user. Choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine. Choose one with --host, such as 127.0.0.1.`;
    default:
      return `The simulator could not start: ${messageOf(error)}`;
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error
    ? error.code
    : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
