import {
  leaseResponseSchema,
  replicaStatusResponseSchema,
  snapshotSchema,
  usageResponseSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { ControlPlane } from './ControlPlane';

/** Longer than the longest wait for a snapshot. */
const ANSWER_TIMEOUT_MS = 40_000;

/** The control plane over HTTP. Every method throws when the answer is no success. */
export class HttpControlPlane implements ControlPlane {
  readonly #getBaseUrl: () => Promise<string>;
  readonly #getToken: () => Promise<string>;
  readonly #agent = new Agent({
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  });

  constructor(options: {
    getBaseUrl: () => Promise<string>;
    /** Asked for each request: tokens are short-lived. */
    getToken: () => Promise<string>;
  }) {
    this.#getBaseUrl = options.getBaseUrl;
    this.#getToken = options.getToken;
  }

  async getSnapshot(options: Parameters<ControlPlane['getSnapshot']>[0]) {
    const query = new URLSearchParams({ waitMs: String(options.waitMs) });
    if (options.since !== undefined) query.set('since', options.since);
    return this.#send(`/v1/gateway/snapshot?${query}`, snapshotSchema, options);
  }

  async requestLeases(
    body: Parameters<ControlPlane['requestLeases']>[0],
    options: { signal: AbortSignal },
  ) {
    const answer = await this.#send('/v1/gateway/leases', leaseResponseSchema, {
      ...options,
      body: JSON.stringify(body),
    });
    return answer?.leases ?? [];
  }

  async releaseLeases(
    body: Parameters<ControlPlane['releaseLeases']>[0],
    options: { signal: AbortSignal },
  ) {
    await this.#send('/v1/gateway/leases/release', z.unknown(), {
      ...options,
      body: JSON.stringify(body),
    });
  }

  async sendUsage(
    batch: Parameters<ControlPlane['sendUsage']>[0],
    options: { signal: AbortSignal },
  ) {
    const replicaId = JSON.stringify(batch.replicaId);
    const body = Buffer.concat([
      Buffer.from(`{"replicaId":${replicaId},"records":[`),
      batch.records,
      Buffer.from(']}'),
    ]);
    const answer = await this.#send('/v1/gateway/usage', usageResponseSchema, {
      ...options,
      body,
    });
    if (!answer) throw new Error('The control plane answered without a body');
    return answer;
  }

  async sendStatus(
    status: Parameters<ControlPlane['sendStatus']>[0],
    options: { signal: AbortSignal },
  ) {
    const answer = await this.#send(
      '/v1/gateway/status',
      replicaStatusResponseSchema,
      { ...options, body: JSON.stringify(status) },
    );
    if (!answer) throw new Error('The control plane answered without a body');
    return answer;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** @returns undefined for 204 and 304 */
  async #send<T extends z.ZodTypeAny>(
    path: string,
    schema: T,
    options: { signal: AbortSignal; body?: string | Buffer },
  ): Promise<z.output<T> | undefined> {
    const [baseUrl, token] = await Promise.all([
      this.#getBaseUrl(),
      this.#getToken(),
    ]);
    const { statusCode, body } = await request(`${baseUrl}${path}`, {
      dispatcher: this.#agent,
      method: options.body === undefined ? 'GET' : 'POST',
      signal: options.signal,
      body: options.body,
      headers: {
        authorization: `Bearer ${token}`,
        ...(options.body !== undefined && {
          'content-type': 'application/json',
        }),
      },
    });
    if (statusCode === 204 || statusCode === 304) {
      await body.dump();
      return undefined;
    }
    if (statusCode < 200 || statusCode > 299) {
      await body.dump();
      throw new Error(`The control plane answered with status ${statusCode}`);
    }
    return schema.parse(await body.json());
  }
}
