import { OPTIONAL_PARTS, type TokenUsage } from './TokenUsage';

/**
 * How a request ended for the provider:
 * `answered` the whole answer was handed over, and is billed;
 * `aborted` the connection was gone before that;
 * `failed` an error was answered, or nothing that a client could read.
 */
export type RequestOutcome = 'answered' | 'aborted' | 'failed';

export interface RequestRecord extends TokenUsage {
  /** The request's `x-request-id`, or one of the simulator's own. */
  requestId: string;
  model: string;
  outcome: RequestOutcome;
}

export interface ModelTotals extends TokenUsage {
  requests: number;
}

/** The provider's invoice. */
export interface UsageReport {
  /** Billed requests and tokens, by model. */
  totals: Record<string, ModelTotals>;
  /** The newest 100,000 requests, oldest first. */
  requests: readonly RequestRecord[];
  aborted: number;
  failed: number;
}

const KEPT_REQUESTS = 100_000;

/** Counts what was answered. Only answered requests are billed; only billed tokens are counted. */
export class UsageLedger {
  #totals = new Map<string, ModelTotals>();
  #requests: RequestRecord[] = [];
  #aborted = 0;
  #failed = 0;

  record(record: RequestRecord): void {
    this.#requests.push(record);
    // Cutting seldom keeps the cost of a record constant.
    if (this.#requests.length >= 2 * KEPT_REQUESTS) {
      this.#requests = this.#requests.slice(-KEPT_REQUESTS);
    }
    if (record.outcome === 'answered') this.#bill(record);
    else if (record.outcome === 'aborted') this.#aborted += 1;
    else this.#failed += 1;
  }

  report(): UsageReport {
    return {
      totals: Object.fromEntries(
        [...this.#totals].map(([model, totals]) => [model, { ...totals }]),
      ),
      requests: this.#requests.slice(-KEPT_REQUESTS),
      aborted: this.#aborted,
      failed: this.#failed,
    };
  }

  reset(): void {
    this.#totals = new Map();
    this.#requests = [];
    this.#aborted = 0;
    this.#failed = 0;
  }

  #bill(record: RequestRecord): void {
    let totals = this.#totals.get(record.model);
    if (totals === undefined) {
      totals = {
        requests: 0,
        promptTokens: 0,
        cachedTokens: 0,
        completionTokens: 0,
      };
      this.#totals.set(record.model, totals);
    }
    totals.requests += 1;
    totals.promptTokens += record.promptTokens;
    totals.cachedTokens += record.cachedTokens;
    totals.completionTokens += record.completionTokens;
    for (const part of OPTIONAL_PARTS) {
      const amount = record[part];
      if (amount !== undefined) totals[part] = (totals[part] ?? 0) + amount;
    }
  }
}
