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
    const match = /^([A-Za-z0-9.]+): (.+)$/.exec(part);
    const field = match && fieldOf(match[1].split('.'), fieldNames);
    if (field) fields[field] ??= capitalise(match[2]);
    else rest.push(capitalise(part));
  }
  return { fields, rest: rest.join('; ') || undefined };
}

/** The same for what the schema finds before anything is sent; the first complaint of a field counts. */
export function formErrorsOfSchema(
  error: {
    issues: readonly { path: readonly PropertyKey[]; message: string }[];
  },
  fieldNames: readonly string[],
): FormErrors {
  const fields: Record<string, string> = {};
  for (const { path, message } of error.issues) {
    const field = fieldOf(path.map(String), fieldNames) ?? String(path[0]);
    fields[field] ??= capitalise(message);
  }
  return { fields };
}

/** The field that a path leads to or into: of `models.0` that is `models`, of `limits.tokensPerMinute` itself. */
function fieldOf(
  path: readonly string[],
  fieldNames: readonly string[],
): string | undefined {
  for (let length = path.length; length > 0; length--) {
    const name = path.slice(0, length).join('.');
    if (fieldNames.includes(name)) return name;
  }
  return undefined;
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
