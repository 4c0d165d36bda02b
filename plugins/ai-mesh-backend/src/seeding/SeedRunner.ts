import {
  AuditorService,
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  MeshSeed,
  MeshSeedContext,
} from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { SeedStore } from './SeedStore';

const TRY_EVERY = { seconds: 5 };
const TRY_TIMEOUT = { minutes: 2 }; // after a crash in the middle, the next try waits this long

/**
 * Runs each seed once in the life of the database.
 *
 * A seed needs the entities of the catalog, which come in the minutes after the start: until it succeeds,
 * it is tried again. After a crash in the middle it runs from its beginning, so everything that a seed may
 * do is safe to repeat.
 */
export class SeedRunner {
  readonly #options: SeedRunnerOptions;
  #attempts = 0;
  #isDone = false;

  constructor(options: SeedRunnerOptions) {
    this.#options = options;
  }

  /** Has no effect when every seed was run before. */
  async start(scheduler: SchedulerService): Promise<void> {
    if ((await this.#pending()).length === 0) return;
    await scheduler.scheduleTask({
      id: 'run-seeds',
      frequency: TRY_EVERY,
      timeout: TRY_TIMEOUT,
      scope: 'global', // two replicas must not seed side by side
      fn: async () => this.runPending(),
    });
  }

  /** Tries once to run what was not run yet, in the order in which seeds were added. */
  async runPending(): Promise<void> {
    if (this.#isDone) return;
    await this.#options.prepare();
    for (const seed of await this.#pending()) {
      if (!(await this.#tryRun(seed))) return;
    }
    this.#isDone = true;
  }

  async #pending(): Promise<MeshSeed[]> {
    const completed = await this.#options.store.completed();
    return this.#options.seeds.filter(seed => !completed.has(seed.id));
  }

  async #tryRun(seed: MeshSeed): Promise<boolean> {
    const { store, context, auditor, logger, now } = this.#options;
    this.#attempts += 1;
    try {
      await seed.run(context);
    } catch (error) {
      const text = `The seed "${
        seed.id
      }" could not run yet and is tried again: ${stringifyError(error)}`;
      // 1st, 2nd, 4th, 8th ...: the wait for the catalog must not fill the log, nor hide a real mistake
      if (isPowerOfTwo(this.#attempts)) {
        if (this.#attempts < 8) logger.info(text);
        else logger.warn(text);
      }
      return false;
    }
    await store.complete(seed.id, now());
    const event = await auditor.createEvent({
      eventId: 'seed-run',
      severityLevel: 'medium',
      meta: { seedId: seed.id },
    });
    await event.success();
    logger.info(`The seed "${seed.id}" was run`);
    this.#attempts = 0;
    return true;
  }
}

function isPowerOfTwo(count: number): boolean {
  return Number.isInteger(Math.log2(count));
}

/** What a {@link SeedRunner} works with. */
export interface SeedRunnerOptions {
  seeds: readonly MeshSeed[];
  store: SeedStore;
  context: MeshSeedContext;
  /** Looks at the catalog anew, before each attempt. */
  prepare: () => Promise<void>;
  auditor: AuditorService;
  logger: LoggerService;
  now: () => Date;
}
