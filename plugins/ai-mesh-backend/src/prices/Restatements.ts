import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { PriceChangeListener } from './PriceChangeListener';
import { PriceStore } from './PriceStore';

const AT_ONCE = 100;

/** Tells of the prices that reach back, until everybody has heard of each. */
export class Restatements {
  readonly #options: RestatementsOptions;
  readonly #listeners: PriceChangeListener[] = [];

  constructor(options: RestatementsOptions) {
    this.#options = options;
  }

  addListener(listener: PriceChangeListener): void {
    this.#listeners.push(listener);
  }

  /** Tells the listeners what reaches back and was not confirmed yet. A failure is logged and tried again. */
  async deliver(): Promise<void> {
    const { store, logger, now } = this.#options;
    if (this.#listeners.length === 0) return;
    try {
      for (;;) {
        const open = await store.openRestatements(AT_ONCE);
        for (const change of open) {
          for (const listener of this.#listeners) {
            await listener.onBackDated(change);
          }
          await store.closeRestatement(change.id, now());
        }
        if (open.length < AT_ONCE) return;
      }
    } catch (error) {
      logger.error(
        `Cannot correct what was booked before a price that reaches back; it is tried again: ${stringifyError(
          error,
        )}`,
      );
    }
  }
}

interface RestatementsOptions {
  store: Pick<PriceStore, 'openRestatements' | 'closeRestatement'>;
  logger: LoggerService;
  now: () => Date;
}
