import type { JsonSchema } from '../chat/chatRequest';
import { pick, type Random } from '../random/createRandom';

/** Deeper than any schema that OpenAI accepts for structured outputs (5 levels); stops a recursive one. */
const DEEPEST_LEVEL = 8;

const WORDS = ['Berlin', 'invoice', 'standard', 'blue', 'spring', 'north'];
const TEXT_BY_FORMAT: Record<string, string> = {
  date: '2026-03-14',
  time: '09:26:53Z',
  'date-time': '2026-03-14T09:26:53Z',
  email: 'sam@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

/**
 * A value that fits a JSON schema simply: required properties (all, when none is required), the first
 * branch of a union, one item in a list. Patterns and cross-field rules are not read.
 */
export function writeJson(schema: JsonSchema, random: Random): unknown {
  return valueOf(schema, { root: schema, random, level: 0 });
}

interface Context {
  root: JsonSchema;
  random: Random;
  level: number;
}

function valueOf(given: unknown, context: Context): unknown {
  const schema = resolve(given, context.root);
  if (context.level > DEEPEST_LEVEL) return {};
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum) && schema.enum.length > 0) {
    return pick(schema.enum, context.random);
  }
  const branch = firstBranch(schema);
  if (branch !== undefined) {
    return valueOf(branch, { ...context, level: context.level + 1 });
  }
  switch (typeOf(schema)) {
    case 'object':
      return objectOf(schema, context);
    case 'array':
      return arrayOf(schema, context);
    case 'integer':
      return Math.ceil(numberOf(schema, context.random));
    case 'number':
      return numberOf(schema, context.random);
    case 'boolean':
      return context.random() < 0.5;
    case 'null':
      return null;
    default:
      return textOf(schema, context.random);
  }
}

function objectOf(schema: JsonSchema, context: Context): JsonSchema {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required)
    ? schema.required.map(String)
    : [];
  const names = required.length > 0 ? required : Object.keys(properties);
  const inside = { ...context, level: context.level + 1 };
  return Object.fromEntries(
    names.map(name => [name, valueOf(properties[name], inside)]),
  );
}

function arrayOf(schema: JsonSchema, context: Context): unknown[] {
  const length = Math.max(1, Math.min(10, asNumber(schema.minItems, 1)));
  const inside = { ...context, level: context.level + 1 };
  return Array.from({ length }, () => valueOf(schema.items, inside));
}

function numberOf(schema: JsonSchema, random: Random): number {
  const lowest = asNumber(schema.minimum, asNumber(schema.exclusiveMinimum, 0));
  const least = 'exclusiveMinimum' in schema ? lowest + 1 : lowest;
  const most = asNumber(schema.maximum, least + 10);
  return Math.min(most, least + Math.floor(random() * 10));
}

function textOf(schema: JsonSchema, random: Random): string {
  const text = TEXT_BY_FORMAT[String(schema.format)] ?? pick(WORDS, random);
  const padded = text.padEnd(
    Math.min(asNumber(schema.minLength, 0), 1_000),
    'a',
  );
  return padded.slice(0, asNumber(schema.maxLength, padded.length));
}

function typeOf(schema: JsonSchema): unknown {
  if (Array.isArray(schema.type)) return schema.type[0];
  return schema.type ?? ('properties' in schema ? 'object' : 'string');
}

function firstBranch(schema: JsonSchema): unknown {
  for (const branches of [schema.anyOf, schema.oneOf, schema.allOf]) {
    if (Array.isArray(branches) && branches.length > 0) return branches[0];
  }
  return undefined;
}

function resolve(given: unknown, root: JsonSchema): JsonSchema {
  let schema = given;
  // A reference may lead to a reference, and in a broken schema in a circle.
  for (let step = 0; step < DEEPEST_LEVEL; step++) {
    if (!isRecord(schema) || typeof schema.$ref !== 'string') break;
    let target: unknown = root;
    for (const name of schema.$ref.split('/').slice(1)) {
      target = isRecord(target) ? target[name] : undefined;
    }
    schema = target;
  }
  return isRecord(schema) ? schema : {};
}

function isRecord(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asNumber(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
