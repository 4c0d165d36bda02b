import { z } from 'zod';
import { focusExportQuerySchema } from '../schemas/focus';
import { MeshRequester, RequestOptions, toQuery } from './MeshRequester';

/** A file that the control plane made. @public */
export interface ExportedFile {
  /** As the control plane calls it, for example `focus-1.4-2026-10.csv`. */
  name: string;
  content: Blob;
}

/** Exports of cost for finance tools. Every method throws `ResponseError`. @public */
export interface FocusApi {
  /** A month of cost in FOCUS: the departments that the caller may see. */
  exportMonth(
    query: z.input<typeof focusExportQuerySchema>,
    options?: RequestOptions,
  ): Promise<ExportedFile>;
}

/** {@link FocusApi} over HTTP. */
export class FocusClient implements FocusApi {
  readonly #requester: MeshRequester;

  constructor(requester: MeshRequester) {
    this.#requester = requester;
  }

  async exportMonth(
    query: z.input<typeof focusExportQuerySchema>,
    options?: RequestOptions,
  ) {
    const response = await this.#requester.send(
      `/v1/exports/focus${toQuery(query)}`,
      options,
    );
    return {
      name: nameOf(response, query.month),
      content: await response.blob(),
    };
  }
}

function nameOf(response: Response, month: string): string {
  const disposition = response.headers.get('content-disposition') ?? '';
  return /filename="([^"]+)"/.exec(disposition)?.[1] ?? `focus-${month}`;
}
