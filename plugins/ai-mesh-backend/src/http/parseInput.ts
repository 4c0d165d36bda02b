import { z } from 'zod';
import { InvalidFieldsError } from './InvalidFieldsError';

/**
 * Reads what a caller sent.
 *
 * @throws InvalidFieldsError with the first problem of each field; it never repeats what was sent
 */
export function parseInput<T extends z.ZodType>(
  schema: T,
  input: unknown,
): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const fields: Record<string, string> = {};
  for (const issue of result.error.issues) {
    fields[issue.path.join('.')] ??= issue.message;
  }
  throw new InvalidFieldsError(fields);
}
