import { SinkLine } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { SinkStatus } from './SinkStatus';

/** Lines that are sent together, and sent again together until the sink has them. */
export interface Delivery {
  /** Tells it from every other of its sink. */
  id: string;
  lines: readonly SinkLine[];
  /** When the first of them was booked. */
  oldestBookedAt: Date;
}

/** What sinks have yet to take, and how that goes; shared by all replicas of the portal. */
export interface DeliveryStore {
  /** Makes sinks known. One that is new gets what is booked from then on. */
  register(sinkIds: readonly string[], now: Date): Promise<void>;
  /**
   * What a sink gets next: what was taken before and not confirmed, otherwise the oldest that waits. Whoever asks
   * at the same time is given the same, so that order holds without any further lock.
   *
   * @returns undefined when nothing waits, or when it failed and its time has not come yet
   */
  take(sinkId: string, now: Date): Promise<Delivery | undefined>;
  /** The sink has it. Nothing happens when that was said before. */
  confirm(sinkId: string, delivery: Delivery, now: Date): Promise<void>;
  /** The sink has not taken it. @returns how often it failed in a row */
  noteFailure(sinkId: string, now: Date): Promise<number>;
  /** Whether to warn now: true once in `everyMs`, whichever replica asks. */
  claimWarning(
    sinkId: string,
    options: { now: Date; everyMs: number },
  ): Promise<boolean>;
  /** Every sink that was ever registered, by its id. */
  list(): Promise<SinkStatus[]>;
}
