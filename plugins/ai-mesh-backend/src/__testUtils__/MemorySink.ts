import { SinkLine, UsageSink } from '@sovereign-ai-mesh/plugin-ai-mesh-node';

/** A sink that remembers what it was sent, call by call, and fails when it is told to. */
export class MemorySink implements UsageSink {
  readonly id: string;
  readonly calls: (readonly SinkLine[])[] = [];
  /** How many of the next calls fail. */
  failures = 0;
  /** Whether a call that fails has taken its lines all the same, as when the answer is lost. */
  takesBeforeItFails = false;

  constructor(id = 'memory') {
    this.id = id;
  }

  async write(lines: readonly SinkLine[]): Promise<void> {
    const fails = this.failures > 0;
    if (!fails || this.takesBeforeItFails) this.calls.push(lines);
    if (fails) {
      this.failures -= 1;
      throw new Error('the sink is down');
    }
  }

  /** Every line that came, once, in the order in which they first came. */
  distinct(): SinkLine[] {
    const byId = new Map<string, SinkLine>();
    for (const line of this.calls.flat()) {
      if (!byId.has(line.id)) byId.set(line.id, line);
    }
    return [...byId.values()];
  }

  /** The ids of the lines of each call. */
  ids(): string[][] {
    return this.calls.map(lines => lines.map(each => each.id));
  }
}
