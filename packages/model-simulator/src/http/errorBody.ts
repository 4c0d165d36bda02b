import type { ApiError, Dialect } from './ApiError';

/** @see https://docs.anthropic.com/en/api/errors */
const ANTHROPIC_TYPES: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
]);

/** Body of an error: OpenAI and Azure spell out `param` and `code` even when there is none. */
export function errorBody(
  error: ApiError,
  words: { dialect: Dialect; requestId: string },
): Record<string, unknown> {
  const { status, message } = error;
  if (words.dialect === 'anthropic') {
    const type = ANTHROPIC_TYPES.get(status) ?? 'api_error';
    return {
      type: 'error',
      error: { type, message },
      request_id: words.requestId,
    };
  }
  return {
    error: {
      message,
      type: error.type,
      param: error.param ?? null,
      code: error.code ?? null,
      ...error.details,
    },
  };
}
