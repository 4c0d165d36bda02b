import Anthropic from '@anthropic-ai/sdk';
import OpenAI, { AzureOpenAI, type ClientOptions } from 'openai';
import {
  Agent,
  fetch as undiciFetch,
  request as undiciRequest,
  type RequestInit as UndiciRequestInit,
} from 'undici';
import type { ModelSimulatorOptions } from '../options';
import { startModelSimulator } from '../startModelSimulator';

/**
 * A simulator for one test file, with the real clients and a plain one. Jest's environment refuses the
 * global fetch, so each client brings undici's.
 */
export async function startForTest(options: ModelSimulatorOptions = {}) {
  const simulator = await startModelSimulator(options);
  const dispatcher = new Agent();
  const fetchThroughUndici: ClientOptions['fetch'] = async (input, init) => {
    const request = { ...(init as UndiciRequestInit), dispatcher };
    // The types of undici 8 and of Node's own, older undici do not agree; the objects do.
    const response: unknown = await undiciFetch(String(input), request);
    return response as Response;
  };
  const clientOptions = {
    apiKey: 'test-key',
    maxRetries: 0,
    fetch: fetchThroughUndici,
  };

  return {
    simulator,
    openai: new OpenAI({ ...clientOptions, baseURL: `${simulator.url}/v1` }),
    anthropic: new Anthropic({ ...clientOptions, baseURL: simulator.url }),
    azure: new AzureOpenAI({
      ...clientOptions,
      endpoint: simulator.url,
      apiVersion: '2024-10-21',
    }),
    /** Sends any method, path, headers and body, without the help of a client. */
    async send(
      path: string,
      body?: unknown,
      more: { headers?: Record<string, string>; signal?: AbortSignal } = {},
    ) {
      return undiciRequest(`${simulator.url}${path}`, {
        ...more,
        dispatcher,
        method: body === undefined ? 'GET' : 'POST',
        body:
          body === undefined || typeof body === 'string'
            ? body
            : JSON.stringify(body),
      });
    },
    async close() {
      await simulator.close();
      await dispatcher.close();
    },
  };
}

/** A chat request of one question. */
export function ask(question: string) {
  return {
    model: 'gpt-4o',
    messages: [{ role: 'user' as const, content: question }],
  };
}
