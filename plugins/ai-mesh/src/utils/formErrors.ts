import { ResponseError } from '@backstage/errors';

/** What is wrong with a form: by field, and what belongs to none. */
export interface FormErrors {
  fields: Record<string, string>;
  rest?: string;
}

/** No complaint. */
export const NO_ERRORS: FormErrors = { fields: {} };

/** Takes the server's answer apart; it writes `field: text; field: text` when the input is wrong. */
export function formErrorsOf(
  error: unknown,
  fieldNames: readonly string[],
): FormErrors {
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const part of messageOf(error).split('; ')) {
    const match = /^([A-Za-z]+)[^:]*: (.+)$/.exec(part);
    if (match && fieldNames.includes(match[1])) {
      fields[match[1]] ??= capitalise(match[2]);
    } else rest.push(capitalise(part));
  }
  return { fields, rest: rest.join('; ') || undefined };
}

/** The same for what the schema finds before anything is sent; the first complaint of a field counts. */
export function formErrorsOfSchema(error: {
  issues: readonly { path: readonly PropertyKey[]; message: string }[];
}): FormErrors {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) {
    fields[String(issue.path[0])] ??= capitalise(issue.message);
  }
  return { fields };
}

/** Complaints are sentences to people; between programs they begin small. */
function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The server's own words without the transport's around them. */
export function messageOf(error: unknown): string {
  if (error instanceof ResponseError) return error.body.error.message;
  return error instanceof Error ? error.message : String(error);
}

/** Whether the caller may not see or do it, as opposed to: it did not work. */
export function isNotAllowed(error: unknown): boolean {
  if (error instanceof ResponseError) return error.statusCode === 403;
  return error instanceof Error && error.name === 'NotAllowedError';
}
