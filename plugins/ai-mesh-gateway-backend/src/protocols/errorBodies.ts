import { GatewayError } from '../errors';

/** The body of an error for clients of OpenAI. */
export function openAiErrorBody(error: GatewayError): string {
  return JSON.stringify(error);
}

/** In a stream without event names: the client throws at any event with an `error`. */
export function openAiStreamError(error: GatewayError): string {
  return `data: ${openAiErrorBody(error)}\n\n`;
}

/** Anthropic's words for what went wrong. They go by the status. */
const ANTHROPIC_TYPES: ReadonlyMap<number, string> = new Map([
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [503, 'overloaded_error'],
  [504, 'timeout_error'],
]);

/** The body of an error for clients of Anthropic. The gateway's own code stands beside what they expect. */
export function anthropicErrorBody(error: GatewayError): string {
  const isRequest = error.status >= 400 && error.status < 500;
  const other = isRequest ? 'invalid_request_error' : 'api_error';
  return JSON.stringify({
    type: 'error',
    error: {
      type: ANTHROPIC_TYPES.get(error.status) ?? other,
      message: error.message,
      code: error.code,
    },
  });
}
