import { z } from 'zod';
import { ApiError } from './ApiError';

/**
 * A JSON body in the shape of `schema`.
 *
 * @throws ApiError 400 that names the first field that is wrong as `param`
 */
export function parseBody<Schema extends z.ZodType>(
  body: Buffer,
  schema: Schema,
): z.output<Schema> {
  return checkShape(parseJson(body), schema);
}

/**
 * A value in the shape of `schema`.
 *
 * @throws ApiError 400 that names the first field that is wrong as `param`
 */
export function checkShape<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const param = issue.path.map(String).join('.');
  throw new ApiError(
    400,
    param === ''
      ? issue.message
      : `Invalid value for '${param}': ${issue.message}`,
    { param: param === '' ? undefined : param, code: 'invalid_value' },
  );
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // The parser's own message quotes the body, which may hold a prompt.
    throw new ApiError(
      400,
      'We could not parse the JSON body of your request.',
    );
  }
}
