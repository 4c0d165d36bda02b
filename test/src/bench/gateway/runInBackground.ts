import { execFileSync } from 'node:child_process';
import { constants, setPriority } from 'node:os';

/**
 * Lets a process run only while the others leave a core idle: in production the control plane has a
 * machine of its own, and must not be measured with the gateway.
 */
export function runInBackground(pid: number): void {
  try {
    // a low priority alone still delays whoever wakes up (Linux, SCHED_IDLE)
    execFileSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(pid)]);
  } catch {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  }
}
