import { ResponseError } from '@backstage/errors';
import { z } from 'zod';

/** How long a call may take. @public */
export interface RequestOptions {
  signal?: AbortSignal;
}

/** What a client needs of the portal. @public */
export interface MeshClientOptions {
  discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  fetchApi: { fetch: typeof fetch };
}

/** Sends requests to the control plane and reads its answers: what the clients of all its domains share. */
export class MeshRequester {
  readonly #options: MeshClientOptions;

  constructor(options: MeshClientOptions) {
    this.#options = options;
  }

  /**
   * @param path - below the plugin's address, with its query
   * @param schema - what the answer must be
   * @throws ResponseError when the control plane refuses
   */
  async request<T extends z.ZodTypeAny>(
    path: string,
    schema: T,
    options?: RequestOptions & { method?: string; body?: unknown },
  ): Promise<z.output<T>> {
    const response = await this.send(path, options);
    return schema.parse(await response.json());
  }

  /** As {@link MeshRequester.request}, for answers that are no JSON. */
  async send(
    path: string,
    options?: RequestOptions & { method?: string; body?: unknown },
  ): Promise<Response> {
    const { discoveryApi, fetchApi } = this.#options;
    const baseUrl = await discoveryApi.getBaseUrl('ai-mesh');
    const response = await fetchApi.fetch(`${baseUrl}${path}`, {
      method: options?.method ?? 'GET',
      signal: options?.signal,
      ...(options?.body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(options.body),
      }),
    });
    if (!response.ok) throw await ResponseError.fromResponse(response);
    return response;
  }
}

/** The query of an address: `?a=1&b=2`, or nothing; what is undefined is left out. */
export function toQuery(query: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text && `?${text}`;
}
