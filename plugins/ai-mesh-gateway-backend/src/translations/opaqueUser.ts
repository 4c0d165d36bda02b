import { createHash } from 'node:crypto';

/**
 * An end user's identifier within the length that a provider takes. A longer one becomes its SHA-256: still
 * the same for the same user, and not refused. Agents send identifiers of 150 characters where OpenAI takes 64.
 */
export function opaqueUser(
  value: unknown,
  maxLength: number,
): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length <= maxLength
    ? value
    : createHash('sha256').update(value).digest('hex');
}
