import { isObject } from './json';

/** About the gateway's own account at the provider: not the caller's business, and the text may show part of a key. */
const OWN_AFFAIRS = new Set<unknown>([
  'authentication_error',
  'permission_error',
  'billing_error',
  'invalid_api_key',
  'insufficient_quota',
  '401',
  '403',
]);

/** A sentence or two; what is longer is no message. */
const MAX_LENGTH = 2000;

/** The message in an error body, of OpenAI's shape or of Anthropic's: in both it is `error.message`. */
export function readErrorMessage(body: unknown): string | undefined {
  if (!isObject(body) || !isObject(body.error)) return undefined;
  const { message, type, code } = body.error;
  if (OWN_AFFAIRS.has(type) || OWN_AFFAIRS.has(code)) return undefined;
  if (typeof message !== 'string' || message === '') return undefined;
  return message.slice(0, MAX_LENGTH);
}
