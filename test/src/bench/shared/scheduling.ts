import { execFileSync } from 'node:child_process';
import { constants, cpus, setPriority } from 'node:os';

const CORES = cpus().length;

/**
 * Gives the measured process the first core, for itself: see {@link keepOffFirstCore}. As in the published
 * comparisons of gateways, so that what produces the load does not take the time that is measured.
 *
 * @returns whether it could be done: on Linux, with two cores or more
 */
export function giveFirstCore(pid: number): boolean {
  return pin(pid, '0');
}

/** Keeps everything that is not measured on the other cores. */
export function keepOffFirstCore(pid: number): boolean {
  return pin(pid, `1-${CORES - 1}`);
}

/**
 * Lets a process run only while others leave a core idle. In production the control plane has a machine of
 * its own: here it books while nobody else needs the core.
 */
export function runInBackground(pid: number): void {
  // a low priority alone still delays whoever wakes up (Linux, SCHED_IDLE)
  if (run('chrt', ['--all-tasks', '--idle', '--pid', '0', String(pid)])) return;
  setPriority(pid, constants.priority.PRIORITY_LOW);
}

function pin(pid: number, cores: string): boolean {
  const args = ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)];
  return CORES > 1 && run('taskset', args);
}

function run(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
