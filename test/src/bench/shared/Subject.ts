import { NodeProcess } from '../../harness/NodeProcess';

/** A server that is measured, and how it is called. */
export interface Subject {
  /** Of its rows. */
  name: string;
  /** Of its chat completions. */
  url: string;
  headers: Record<string, string>;
  /** The processes that do its work. */
  pids: readonly number[];
  /** CPU time of those so far, user and system, in microseconds. */
  cpuMicros(): Promise<number>;
  stop(): Promise<void>;
}

/** The part of a subject that a Node process of ours answers for. */
export function subjectOf(
  child: NodeProcess<unknown>,
): Pick<Subject, 'pids' | 'cpuMicros'> {
  return {
    pids: child.pid === undefined ? [] : [child.pid],
    async cpuMicros() {
      const { user, system } = await child.cpuUsage();
      return user + system;
    },
  };
}
