import OpenAI from 'openai';
import { Agent, fetch as undiciFetch } from 'undici';

/** The client of the package `openai`, which never sends a call again: each is seen as it ends. */
export function createClient(options: {
  baseURL: string;
  apiKey: string;
  agent: Agent;
}): OpenAI {
  const { agent, ...rest } = options;
  return new OpenAI({
    ...rest,
    maxRetries: 0,
    fetchOptions: { dispatcher: agent },
    // the test runner forbids the global fetch; this one is the same code
    fetch: undiciFetch as typeof globalThis.fetch & typeof undiciFetch,
  });
}

/**
 * One chat, streamed or not, read to its end.
 *
 * @returns the request id of the gateway
 * @throws when the answer is an error, or a stream that breaks off
 */
export async function chatOnce(
  client: OpenAI,
  body: OpenAI.ChatCompletionCreateParamsNonStreaming,
  options: { stream: boolean },
): Promise<string> {
  if (!options.stream) {
    const answer = await client.chat.completions.create(body);
    return String(answer._request_id);
  }
  const { data, response } = await client.chat.completions
    .create({ ...body, stream: true })
    .withResponse();
  let finish: string | null = null;
  for await (const chunk of data) {
    finish = chunk.choices[0]?.finish_reason ?? finish;
  }
  if (finish === null) throw new Error('The stream had no end');
  return String(response.headers.get('x-request-id'));
}
