import { MetricsService } from '@backstage/backend-plugin-api/alpha';
import { callMetrics, CallTables, createCallTables } from './callMetrics';
import { eventMetrics, EventLabels, EventTables } from './eventMetrics';
import { gaugeMetrics, Gauges } from './gaugeMetrics';
import { genAiOperation } from './genAi';
import { Metric } from './Metric';
import { publishMetrics, CallHistograms } from './openTelemetry';
import { createProcessMetrics } from './processMetrics';
import { toPrometheusText } from './prometheusText';

/** What is counted of a call when it is over. */
export interface CallMetrics {
  /** Name of the gateway's route. */
  route: string;
  /** The model that was asked for; empty when there is no such model, lest callers make up series. */
  requestedModel: string;
  /** The model that served; empty when none did. */
  servedModel: string;
  /** As {@link genAiProviderName} names it; empty when no provider was called. */
  provider: string;
  /** Of the key; empty when the caller has none. */
  departmentRef: string;
  /** A code of `errors.ts`, or `caller_gone`. */
  errorCode: string | undefined;
  durationMs: number;
  /** From the request to the first piece of a stream; undefined where the answer was no stream. */
  firstByteMs: number | undefined;
  inputTokens: number;
  outputTokens: number;
  costPicoUsd: bigint;
  servedBecause: string;
}

/** @see GatewayMetrics.count */
export type CountEvent = <Event extends keyof EventLabels>(
  event: Event,
  labels: EventLabels[Event],
) => void;

/**
 * What operators can watch. Counts in this process' memory, at well under a microsecond a call; everything
 * else happens when somebody asks.
 *
 * Keys and applications are no labels: their number has no bound. Who spent how much is in the ledger.
 */
export class GatewayMetrics {
  readonly #calls: CallTables = createCallTables();
  readonly #events = new EventTables();
  readonly #metrics: Metric[];
  readonly #processMetrics: Metric[];
  readonly #common: Readonly<Record<string, string>>;
  #gauges: Gauges | undefined;
  #histograms: CallHistograms | undefined;

  /** @param options.slot - which of a gateway's processes this is; counts of one never look like another's */
  constructor(options: { slot?: number } = {}) {
    this.#common =
      options.slot === undefined ? {} : { process: String(options.slot) };
    this.#metrics = [
      ...callMetrics(this.#calls),
      ...eventMetrics(this.#events),
      ...gaugeMetrics(() => this.#gauges),
    ];
    this.#processMetrics = createProcessMetrics();
  }

  /** A call is over, however it ended. */
  record(call: CallMetrics): void {
    const error = call.errorCode ?? '';
    const operation = genAiOperation(call.route);
    const { requestedModel, servedModel, provider, departmentRef } = call;
    const { durations, operations, outcomes, departments } = this.#calls;
    const duration = durations.find(
      operation,
      provider,
      requestedModel,
      servedModel,
      error,
    );
    duration.series.record(call.durationMs / 1000);
    const outcome = outcomes.find(
      departmentRef,
      servedModel,
      call.servedBecause,
      error,
    );
    outcome.series.count += 1;
    this.#histograms?.duration(call.durationMs / 1000, duration);
    if (servedModel === '') return;

    const served = operations.find(
      operation,
      provider,
      requestedModel,
      servedModel,
    );
    if (call.firstByteMs !== undefined) {
      served.series.firstChunk.record(call.firstByteMs / 1000);
      this.#histograms?.firstChunk(call.firstByteMs / 1000, served);
    }
    if (call.inputTokens === 0 && call.outputTokens === 0) return;
    served.series.inputTokens.record(call.inputTokens);
    served.series.outputTokens.record(call.outputTokens);
    this.#histograms?.tokens(call.inputTokens, call.outputTokens, served);
    const { series } = departments.find(departmentRef, servedModel);
    series.inputTokens += call.inputTokens;
    series.outputTokens += call.outputTokens;
    series.costPicoUsd += call.costPicoUsd;
  }

  /** Something happened that an operator may want to know of. */
  count<Event extends keyof EventLabels>(
    event: Event,
    labels: EventLabels[Event],
  ): void {
    this.#events.count(event, labels);
  }

  /** What is read at the moment of asking. */
  registerGauges(gauges: Gauges): void {
    this.#gauges = gauges;
  }

  /** Hands everything to OpenTelemetry as well; costs nothing where no SDK was started. */
  publishTo(service: MetricsService): void {
    this.#histograms = publishMetrics(service, this.#metrics);
  }

  /** This process' metrics in the text format of Prometheus. */
  prometheusText(): string {
    return toPrometheusText(
      [...this.#metrics, ...this.#processMetrics],
      this.#common,
    );
  }
}
