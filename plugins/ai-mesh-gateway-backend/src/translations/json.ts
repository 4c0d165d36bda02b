import { GatewayError } from '../errors';
import { invalid } from '../protocols/fields';
import { isObject } from '../protocols/usage';

export { invalid, isObject };

export type Json = Record<string, unknown>;

/** Names that may stand in an error: a name of the caller's own making might hold anything. */
const PLAIN_NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** A field that is right in the client's format and has no counterpart in the target's. */
export function untranslatable(param: string): GatewayError {
  return new GatewayError('invalid_value', {
    param,
    message: `"${param}" cannot be translated for the provider of this model.`,
  });
}

/**
 * Refuses fields that nobody translates: left out, they would change the answer without a word. Null
 * counts as absent.
 *
 * @param known - the fields that are translated, and those that are only hints
 */
export function refuseUnknownFields(
  body: Json,
  known: ReadonlySet<string>,
): void {
  for (const name of Object.keys(body)) {
    if (!known.has(name) && isPresent(body[name])) {
      throw untranslatable(PLAIN_NAME.test(name) ? name : 'body');
    }
  }
}

export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export function readString(value: unknown, param: string): string {
  if (typeof value === 'string') return value;
  throw invalid(param, 'a string');
}

export function readObject(value: unknown, param: string): Json {
  if (isObject(value)) return value;
  throw invalid(param, 'an object');
}

export function readArray(value: unknown, param: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(param, 'an array');
}

/** @returns undefined for null, too */
export function optionalNumber(
  value: unknown,
  param: string,
): number | undefined {
  if (!isPresent(value)) return undefined;
  if (typeof value === 'number') return value;
  throw invalid(param, 'a number');
}

/** The content of a message: text, or parts with a type. */
export function readContent(value: unknown, param: string): string | Json[] {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) throw invalid(param, 'a string or an array');
  return value.map((part, index) => readObject(part, `${param}[${index}]`));
}

/**
 * Content that is text only.
 *
 * @throws GatewayError `invalid_value` with the first part that is something else
 */
export function readTexts(value: unknown, param: string): string[] {
  const content = readContent(value, param);
  if (typeof content === 'string') return [content];
  return content.map((part, index) => {
    const at = `${param}[${index}]`;
    if (part.type !== 'text') throw untranslatable(at);
    return readString(part.text, `${at}.text`);
  });
}

/**
 * An event's data, or an argument: an object as text.
 *
 * @returns undefined when it is none
 */
export function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
