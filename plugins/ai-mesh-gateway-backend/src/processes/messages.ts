/**
 * What a process is for.
 *
 * - `serve`: it takes calls from the start
 * - `relieve`: it takes calls once it can serve them; until then others do
 * - `deliver`: it takes none; it delivers what a former process left in its folder, then ends
 */
export type WorkerRole = 'serve' | 'relieve' | 'deliver';

/** The environment variable by which a supervisor tells a process its place: JSON of {@link WorkerPlace}. */
export const WORKER_VARIABLE = 'AI_MESH_GATEWAY_WORKER';

/** A process' place among the processes of one gateway. */
export interface WorkerPlace {
  /** Number of its folder. No two processes have the same at the same time. */
  slot: number;
  role: WorkerRole;
}

/** From a process to its supervisor. */
export type WorkerMessage =
  /** It takes calls. */
  | { aiMesh: 'serving' }
  /** It has ended all calls. What it could not deliver or hand back stays in its folder. */
  | { aiMesh: 'drained'; undeliveredRecords: number; leases: number }
  /** It wants the metrics of the others. */
  | { aiMesh: 'gather'; id: number }
  /** The metrics that it was asked for. */
  | { aiMesh: 'metrics'; id: number; text: string };

/** From the supervisor to a process. */
export type SupervisorMessage =
  /** Your metrics, please. */
  | { aiMesh: 'collect'; id: number }
  /** The metrics of the others; of those that answered in time. */
  | { aiMesh: 'gathered'; id: number; texts: string[] };
