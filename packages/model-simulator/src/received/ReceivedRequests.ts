import type { IncomingHttpHeaders } from 'node:http';

/** A request as it arrived. */
export interface ReceivedRequest {
  /** Its `x-request-id`, or one of the simulator's own. */
  requestId: string;
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * Keeps the `capacity` newest requests, so that a test can compare what it sent with what arrived
 * behind a gateway. Nothing is kept unless a test asks: requests hold prompts and keys.
 */
export class ReceivedRequests {
  readonly #capacity: number;
  #requests: ReceivedRequest[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(request: ReceivedRequest): void {
    if (this.#capacity === 0) return;
    this.#requests.push(request);
    // Cutting seldom keeps the cost of a request constant.
    if (this.#requests.length >= 2 * this.#capacity) {
      this.#requests = this.newest();
    }
  }

  /** Oldest first. */
  newest(): ReceivedRequest[] {
    return this.#capacity === 0 ? [] : this.#requests.slice(-this.#capacity);
  }

  reset(): void {
    this.#requests = [];
  }
}
