import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';

/**
 * A value that is loaded when it is asked for and older than allowed. Callers at the same time share one
 * load. When a load fails, the last value goes on serving, and the failure is logged once.
 */
export class FreshValue<T> {
  readonly #load: () => Promise<T>;
  readonly #options: FreshValueOptions;
  #last: { value: T; checkedAtMs: number } | undefined;
  #loading: Promise<T> | undefined;
  #generation = 0;
  #isFailing = false;

  constructor(load: () => Promise<T>, options: FreshValueOptions) {
    this.#load = load;
    this.#options = options;
  }

  /** @throws whatever the first load throws, as long as there is no value yet */
  async get(): Promise<T> {
    const last = this.#last;
    const nowMs = this.#options.now().getTime();
    if (last && nowMs - last.checkedAtMs < this.#options.maxAgeMs) {
      return last.value;
    }
    this.#loading ??= this.#reload(this.#generation);
    return this.#loading;
  }

  /** The next `get` loads again; the last value stays, should that fail. */
  expire(): void {
    this.#generation += 1; // a load under way may have read before the change: it is old when it ends
    this.#loading = undefined;
    if (this.#last) this.#last.checkedAtMs = -Infinity;
  }

  async #reload(generation: number): Promise<T> {
    try {
      const value = await this.#load();
      this.#keep(value, generation);
      this.#isFailing = false;
      return value;
    } catch (error) {
      if (!this.#last) throw error;
      this.#logFailure(error);
      this.#keep(this.#last.value, generation); // not asked again before its time: who is down is not hammered
      return this.#last.value;
    } finally {
      if (generation === this.#generation) this.#loading = undefined;
    }
  }

  #keep(value: T, generation: number) {
    const isCurrent = generation === this.#generation;
    if (!isCurrent && this.#last) return; // a newer load answers, or has answered
    const checkedAtMs = isCurrent ? this.#options.now().getTime() : -Infinity;
    this.#last = { value, checkedAtMs };
  }

  #logFailure(error: unknown) {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#options.logger.warn(
      `Cannot read ${
        this.#options.what
      }; going on with what was read before: ${stringifyError(error)}`,
    );
  }
}

/** How a {@link FreshValue} behaves. */
export interface FreshValueOptions {
  /** How the value is called in the log, for example `the models of the catalog`. */
  what: string;
  maxAgeMs: number;
  now: () => Date;
  logger: LoggerService;
}
