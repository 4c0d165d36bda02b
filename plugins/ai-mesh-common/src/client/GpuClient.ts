import { z } from 'zod';
import {
  GpuCostReport,
  gpuCostQuerySchema,
  gpuCostReportSchema,
  GpuUsageRecordMessage,
  GpuUsageResponse,
  gpuUsageResponseSchema,
} from '../schemas/gpu';
import { MeshRequester, RequestOptions, toQuery } from './MeshRequester';

/** What GPUs cost, and the way in for what a fleet measured. Every method throws `ResponseError`. @public */
export interface GpuApi {
  /** The cost of GPUs, as far as the caller may see it. */
  getCosts(
    query: z.input<typeof gpuCostQuerySchema>,
    options?: RequestOptions,
  ): Promise<GpuCostReport>;
  /** Delivers recorded usage; safe to repeat. */
  reportUsage(
    usage: { reporterId: string; records: readonly GpuUsageRecordMessage[] },
    options?: RequestOptions,
  ): Promise<GpuUsageResponse>;
}

/** {@link GpuApi} over HTTP. */
export class GpuClient implements GpuApi {
  readonly #requester: MeshRequester;

  constructor(requester: MeshRequester) {
    this.#requester = requester;
  }

  getCosts(
    query: z.input<typeof gpuCostQuerySchema>,
    options?: RequestOptions,
  ) {
    return this.#requester.request(
      `/v1/gpu/costs${toQuery(query)}`,
      gpuCostReportSchema,
      options,
    );
  }

  reportUsage(
    usage: { reporterId: string; records: readonly GpuUsageRecordMessage[] },
    options?: RequestOptions,
  ) {
    return this.#requester.request('/v1/gpu/usage', gpuUsageResponseSchema, {
      ...options,
      method: 'POST',
      body: usage,
    });
  }
}
