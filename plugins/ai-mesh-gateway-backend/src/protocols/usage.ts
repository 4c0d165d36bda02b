import {
  invariant,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** What one call used, as its provider reports it. Totals contain their parts; {@link unitsByClass} takes them apart. */
export interface ReportedUsage {
  /** All tokens of the input: cached ones, those written to a cache and audio included. */
  inputTokens: number;
  /** Of the input: read from a cache. */
  cachedTokens: number;
  /** Of the input: written to a cache. */
  cacheWriteTokens: number;
  /** Of the input: audio, as far as it was not cached. */
  audioInputTokens: number;
  /** All tokens of the output: reasoning and audio included. */
  outputTokens: number;
  /** Of the output: audio. */
  audioOutputTokens: number;
  /** Pictures made, where they are charged apiece. */
  images: number;
  /** Whole seconds of audio heard, where they are charged instead of tokens. */
  audioSeconds: number;
  /** Characters spoken, where they are charged instead of tokens. */
  characters: number;
}

/** No call comes near; a provider that says so is not believed. */
const MAX_COUNT = 1_000_000_000;

/**
 * A usage from its counts; those that are left out are none. A part is never more than its total: with cached
 * tokens first, since a provider counts cached audio in both and charges it as cached.
 */
export function usageOf(counts: Partial<ReportedUsage>): ReportedUsage {
  const inputTokens = counts.inputTokens ?? 0;
  const outputTokens = counts.outputTokens ?? 0;
  const cachedTokens = Math.min(counts.cachedTokens ?? 0, inputTokens);
  const uncached = inputTokens - cachedTokens;
  const cacheWriteTokens = Math.min(counts.cacheWriteTokens ?? 0, uncached);
  return {
    inputTokens,
    cachedTokens,
    cacheWriteTokens,
    audioInputTokens: Math.min(
      counts.audioInputTokens ?? 0,
      uncached - cacheWriteTokens,
    ),
    outputTokens,
    audioOutputTokens: Math.min(counts.audioOutputTokens ?? 0, outputTokens),
    images: counts.images ?? 0,
    audioSeconds: counts.audioSeconds ?? 0,
    characters: counts.characters ?? 0,
  };
}

/** The usage by what it is priced as. The classes are disjoint; those of the tokens sum to the two totals. */
export function unitsByClass(usage: ReportedUsage): Record<TokenClass, number> {
  const input =
    usage.inputTokens -
    usage.cachedTokens -
    usage.cacheWriteTokens -
    usage.audioInputTokens;
  const output = usage.outputTokens - usage.audioOutputTokens;
  invariant(input >= 0 && output >= 0, 'a part of a usage above its total');
  return {
    input,
    'cached-input': usage.cachedTokens,
    'cache-write': usage.cacheWriteTokens,
    'cache-write-hour': 0,
    'audio-input': usage.audioInputTokens,
    'image-input': 0,
    embedding: 0,
    output,
    reasoning: 0,
    'audio-output': usage.audioOutputTokens,
    'image-output': 0,
    'tool-call': 0,
    image: usage.images,
    'audio-second': usage.audioSeconds,
    character: usage.characters,
  };
}

/** Adds two usages of one call. */
export function sumOf(a: ReportedUsage, b: ReportedUsage): ReportedUsage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    audioInputTokens: a.audioInputTokens + b.audioInputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    audioOutputTokens: a.audioOutputTokens + b.audioOutputTokens,
    images: a.images + b.images,
    audioSeconds: a.audioSeconds + b.audioSeconds,
    characters: a.characters + b.characters,
  };
}

/** @returns undefined unless it is a whole number from zero to a billion */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= 0 &&
    value <= MAX_COUNT
    ? value
    : undefined;
}

/** @returns whole seconds, rounded up; undefined unless it is a number from zero to a billion */
export function secondsOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= MAX_COUNT
    ? Math.ceil(value)
    : undefined;
}

/** What OpenAI's interfaces call the members of a usage object. */
export interface UsageNames {
  input: string;
  inputDetails: string;
  output: string;
  outputDetails: string;
}

/** Of chat, completions and embeddings. */
export const CHAT_NAMES: UsageNames = {
  input: 'prompt_tokens',
  inputDetails: 'prompt_tokens_details',
  output: 'completion_tokens',
  outputDetails: 'completion_tokens_details',
};

/** Of responses and pictures. */
export const RESPONSE_NAMES: UsageNames = {
  input: 'input_tokens',
  inputDetails: 'input_tokens_details',
  output: 'output_tokens',
  outputDetails: 'output_tokens_details',
};

/** Of transcripts: one letter less. */
export const AUDIO_NAMES: UsageNames = {
  input: 'input_tokens',
  inputDetails: 'input_token_details',
  output: 'output_tokens',
  outputDetails: 'output_token_details',
};

/**
 * Reads a usage object in OpenAI's manner, where a total contains its details. Details that are no counts are
 * left out: their tokens cost what any other does.
 *
 * @returns undefined unless both totals are counts
 */
export function readTokens(
  value: unknown,
  names: UsageNames,
): ReportedUsage | undefined {
  if (!isObject(value)) return undefined;
  const inputTokens = countOf(value[names.input]);
  const outputTokens = countOf(value[names.output]);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const inputDetails = value[names.inputDetails];
  const outputDetails = value[names.outputDetails];
  return usageOf({
    inputTokens,
    cachedTokens: detail(inputDetails, 'cached_tokens'),
    cacheWriteTokens: detail(inputDetails, 'cache_write_tokens'),
    audioInputTokens: detail(inputDetails, 'audio_tokens'),
    outputTokens,
    audioOutputTokens: detail(outputDetails, 'audio_tokens'),
  });
}

/** Reads the usage object of an answer without tokens: what a provider counts of them all the same is taken. */
export function readInputTokens(value: unknown): ReportedUsage | undefined {
  if (!isObject(value)) return undefined;
  return readTokens({ completion_tokens: 0, ...value }, CHAT_NAMES);
}

function detail(details: unknown, name: string): number | undefined {
  return isObject(details) ? countOf(details[name]) : undefined;
}

/** Whether it is an object of JSON; no array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
