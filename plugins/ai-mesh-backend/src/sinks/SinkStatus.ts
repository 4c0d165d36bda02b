/** How a sink does. Times are ISO 8601. */
export interface SinkStatus {
  id: string;
  /** Since when it is known; what was booked before, it does not get. */
  addedAt: string;
  /** Lines and batches that were booked and that it has not taken. */
  waitingLines: number;
  waitingBatches: number;
  /** When the first of what waits was booked; absent when nothing waits. */
  oldestWaitingAt?: string;
  deliveredLines: number;
  lastDeliveredAt?: string;
  /** In a row; 0 when the last attempt succeeded. */
  failedAttempts: number;
  failingSince?: string;
  /** No further attempt before. */
  retryAt?: string;
}
