import { GatewayError } from '../errors';
import { RequestFields } from './Protocol';
import { isObject } from './usage';

/** A body of a request, as parsed. */
export type Body = Record<string, unknown>;

/** Most answers to one input. */
export const MAX_CHOICES = 128;

/** Fields from those that differ from a plain call with one input and one answer. */
export function fieldsOf(
  fields: Partial<RequestFields> & { model: string },
): RequestFields {
  return {
    stream: false,
    includeUsage: false,
    streamOptions: undefined,
    maxOutputTokens: undefined,
    outputBounds: {},
    choices: 1,
    messageCount: 1,
    attachmentCount: 0,
    hasHiddenInput: false,
    units: 0,
    serviceTier: undefined,
    cachesForHour: false,
    maxToolCalls: 0,
    unboundedTools: 0,
    tools: undefined,
    expectsJson: true,
    ...fields,
  };
}

/** @throws GatewayError `invalid_value` */
export function modelOf(body: Body): string {
  const { model } = body;
  if (typeof model === 'string' && model !== '') return model;
  throw invalid('model', 'a string: the name of a model');
}

/** @throws GatewayError `invalid_value` */
export function optionalBoolean(body: Body, name: string): boolean | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw invalid(name, 'a boolean');
}

/**
 * A number of things, at least one.
 *
 * @throws GatewayError `invalid_value`
 */
export function optionalCount(
  body: Body,
  name: string,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined) return undefined;
  const isCount = typeof value === 'number' && Number.isSafeInteger(value);
  if (isCount && value >= 1 && value <= most) return value;
  throw invalid(
    name,
    most === Number.MAX_SAFE_INTEGER
      ? 'a whole number above zero'
      : `a whole number from 1 to ${most}`,
  );
}

/** @throws GatewayError `invalid_value` */
export function optionalArray(body: Body, name: string): unknown[] {
  const value = body[name] ?? undefined;
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw invalid(name, 'an array');
}

/** The tokens of one answer, as the members bound it: the larger, if several do. */
export function outputBound(
  body: Body,
  names: readonly string[],
): Pick<RequestFields, 'maxOutputTokens' | 'outputBounds'> {
  let maxOutputTokens: number | undefined;
  const outputBounds: Record<string, number> = {};
  for (const name of names) {
    const bound = optionalCount(body, name);
    if (bound === undefined) continue;
    maxOutputTokens = Math.max(bound, maxOutputTokens ?? 0);
    outputBounds[name] = bound;
  }
  return { maxOutputTokens, outputBounds };
}

/** Whether the answer is streamed, and how, in the manner of chat and completions. */
export function streamFields(
  body: Body,
): Pick<RequestFields, 'stream' | 'streamOptions' | 'includeUsage'> {
  const stream = optionalBoolean(body, 'stream') ?? false;
  const streamOptions = body.stream_options ?? undefined;
  if (streamOptions === undefined) {
    return { stream, streamOptions, includeUsage: false };
  }
  if (!isObject(streamOptions)) throw invalid('stream_options', 'an object');
  if (!stream) {
    throw new GatewayError('invalid_value', {
      param: 'stream_options',
      message: '"stream_options" is only allowed when "stream" is true.',
    });
  }
  const includeUsage = streamOptions.include_usage ?? false;
  if (typeof includeUsage !== 'boolean') {
    throw invalid('stream_options.include_usage', 'a boolean');
  }
  return { stream, streamOptions, includeUsage };
}

/**
 * How many inputs a member holds: a text, a list of tokens, or an array of either.
 *
 * @throws GatewayError `invalid_value`
 */
export function textCount(value: unknown, name: string): number {
  if (typeof value === 'string') return 1;
  if (!Array.isArray(value) || value.length === 0) {
    throw invalid(name, 'a string or an array that is not empty');
  }
  if (value.every(isToken)) return 1;
  const isBatch =
    value.every(each => typeof each === 'string') ||
    value.every(each => Array.isArray(each) && each.every(isToken));
  if (isBatch) return value.length;
  throw invalid(name, 'strings, tokens or lists of tokens');
}

function isToken(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** The error of a field that is not what it has to be. */
export function invalid(param: string, expected: string): GatewayError {
  return new GatewayError('invalid_value', {
    param,
    message: `Invalid "${param}": expected ${expected}.`,
  });
}
