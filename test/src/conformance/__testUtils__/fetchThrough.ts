import { fetch as undiciFetch, type RequestInit as UndiciInit } from 'undici';

/** One request of a client, and its answer: the client's own repetitions, too. */
export interface SeenCall {
  url: string;
  headers: Headers;
  startedAtMs: number;
  status: number;
  answerHeaders: Headers;
}

/**
 * What clients are given for the global `fetch`, which the test runner forbids. It is the same code.
 *
 * @param seen - gets a line for each request
 */
export function fetchThrough(seen: SeenCall[]) {
  const fetchAndSee = async (
    input: string | URL | Request,
    init: RequestInit = {},
  ): Promise<Response> => {
    const startedAtMs = Date.now();
    const headers = new Headers(init.headers);
    let { body } = init;
    if (body instanceof FormData) {
      // undici's own forms and Node's are not the same class
      const encoded = new Response(body);
      headers.set('content-type', encoded.headers.get('content-type') ?? '');
      body = await encoded.arrayBuffer();
    }
    const request: unknown = { ...init, body, headers: [...headers] };
    const answer: unknown = await undiciFetch(
      String(input),
      request as UndiciInit,
    );
    const response = answer as Response;
    seen.push({
      url: String(input),
      headers,
      startedAtMs,
      status: response.status,
      answerHeaders: response.headers,
    });
    return response;
  };
  // the client looks here whether it can send forms
  return Object.assign(fetchAndSee, { Response });
}
