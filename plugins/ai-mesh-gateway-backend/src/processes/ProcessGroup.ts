import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import {
  SupervisorMessage,
  WORKER_VARIABLE,
  WorkerMessage,
  WorkerPlace,
} from './messages';

const GATHER_TIMEOUT_MS = 3000;
const DELIVERY_CHECK_MS = 200;

const placeSchema: z.ZodType<WorkerPlace> = z.object({
  slot: z.number().int().min(0),
  role: z.enum(['serve', 'relieve', 'deliver']),
});

const messageSchema: z.ZodType<SupervisorMessage> = z.discriminatedUnion(
  'aiMesh',
  [
    z.object({ aiMesh: z.literal('collect'), id: z.number() }),
    z.object({
      aiMesh: z.literal('gathered'),
      id: z.number(),
      texts: z.array(z.string()),
    }),
  ],
);

/** What the group needs to know of a gateway's state. */
export interface DeliveryState {
  undeliveredRecords: number;
  leases: number;
}

/** The processes of one gateway, as one of them sees them: through the supervisor that started it. */
export class ProcessGroup {
  readonly place: WorkerPlace;
  readonly #gathering = new Map<number, (texts: string[]) => void>();
  #metricsText: () => string = () => '';
  #lastId = 0;

  /** @returns undefined when this process is the whole gateway */
  static join(): ProcessGroup | undefined {
    const text = process.env[WORKER_VARIABLE];
    if (text === undefined || process.send === undefined) return undefined;
    return new ProcessGroup(placeSchema.parse(JSON.parse(text)));
  }

  private constructor(place: WorkerPlace) {
    this.place = place;
    process.on('message', value => {
      const { data } = messageSchema.safeParse(value);
      if (data?.aiMesh === 'collect') {
        const text = this.#metricsText();
        this.#tell({ aiMesh: 'metrics', id: data.id, text });
      } else if (data) {
        this.#gathering.get(data.id)?.(data.texts);
      }
    });
  }

  /** Answers the other processes with the metrics of this one. */
  shareMetrics(metricsText: () => string): void {
    this.#metricsText = metricsText;
  }

  /** The metrics of all other processes; of those that answer within three seconds. */
  async gatherMetrics(): Promise<string[]> {
    this.#lastId += 1;
    const id = this.#lastId;
    const stop = new AbortController();
    const texts = new Promise<string[]>(resolve => {
      this.#gathering.set(id, resolve);
    });
    this.#tell({ aiMesh: 'gather', id });
    try {
      const late = sleep<string[]>(GATHER_TIMEOUT_MS, [], {
        signal: stop.signal,
        ref: false,
      });
      return await Promise.race([texts, late]);
    } finally {
      this.#gathering.delete(id);
      stop.abort();
    }
  }

  /** This process takes calls; or, if it is there to deliver, it ends when nothing is left to deliver or hand back. */
  serving(state: () => DeliveryState | undefined): void {
    this.#tell({ aiMesh: 'serving' });
    if (this.place.role !== 'deliver') return;
    const timer = setInterval(() => {
      const current = state();
      if (current?.undeliveredRecords !== 0 || current.leases !== 0) return;
      clearInterval(timer);
      process.kill(process.pid, 'SIGTERM');
    }, DELIVERY_CHECK_MS);
  }

  /** All calls are over. Resolves when the supervisor was told: the process may end then. */
  async drained(state: DeliveryState | undefined): Promise<void> {
    if (!state) return;
    const { undeliveredRecords, leases } = state;
    await this.#tell({ aiMesh: 'drained', undeliveredRecords, leases });
  }

  /** A supervisor that is gone hears nothing; its processes end with it. */
  #tell(message: WorkerMessage): Promise<void> {
    return new Promise(resolve => {
      if (!process.connected) resolve();
      else process.send?.(message, undefined, undefined, () => resolve());
    });
  }
}
