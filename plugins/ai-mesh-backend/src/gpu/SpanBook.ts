import { GpuUsageRecord } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { GpuRecordOutcome } from './GpuUsageStore';

/** A time that a machine is already accounted for. */
export interface Span {
  machineId: string;
  from: number;
  to: number;
  /** The record as it is kept, to tell one that comes again from one that contradicts it. */
  text: string;
}

/** A record as it is kept and compared: its fields in the order of the schema. */
export function textOf(record: GpuUsageRecord): string {
  return JSON.stringify(record);
}

/** Knows which times of machines are accounted for, so that no minute is billed twice. */
export class SpanBook {
  readonly #byMachine = new Map<string, Span[]>();

  constructor(known: readonly Span[]) {
    for (const span of known) this.#spansOf(span.machineId).push(span);
  }

  /** Says what a record is; a new one is known from then on. */
  take(record: GpuUsageRecord): GpuRecordOutcome {
    const { machineId, from, to } = record;
    const text = textOf(record);
    const spans = this.#spansOf(machineId);
    const same = spans.find(span => span.from === from);
    if (same) return same.text === text ? 'repeated' : 'conflict';
    if (spans.some(span => span.from < to && from < span.to)) return 'overlap';
    spans.push({ machineId, from, to, text });
    return 'new';
  }

  #spansOf(machineId: string): Span[] {
    let spans = this.#byMachine.get(machineId);
    if (!spans) this.#byMachine.set(machineId, (spans = []));
    return spans;
  }
}
