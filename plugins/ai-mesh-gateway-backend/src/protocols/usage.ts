import {
  invariant,
  TokenClass,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ReportedTier } from './serviceTiers';

/** What one call used, as its provider reports it. Totals contain their parts; {@link unitsByClass} takes them apart. */
export interface ReportedUsage {
  /** All tokens of the input: cached ones, those written to a cache and audio included. */
  inputTokens: number;
  /** Of the input: read from a cache. */
  cachedTokens: number;
  /** Of the input: written to a cache, for however long. */
  cacheWriteTokens: number;
  /** Of those: for an hour. */
  cacheWriteHourTokens: number;
  /** Of the input: audio, as far as it was not cached. */
  audioInputTokens: number;
  /** Of the input: pictures, as far as they were not cached. */
  imageInputTokens: number;
  /** Of the input: text that is only embedded. */
  embeddingTokens: number;
  /** All tokens of the output: reasoning and audio included. */
  outputTokens: number;
  /** Of the output: reasoning. */
  reasoningTokens: number;
  /** Of the output: audio. */
  audioOutputTokens: number;
  /** Of the output: pictures. */
  imageOutputTokens: number;
  /** Pictures made, where they are charged apiece. */
  images: number;
  /** Whole seconds of audio heard, where they are charged instead of tokens. */
  audioSeconds: number;
  /** Characters spoken, where they are charged instead of tokens. */
  characters: number;
  /** Uses of the provider's own tools that cost something beside their tokens. */
  toolCalls: number;
  /** As what it is billed; undefined when the provider does not say. */
  serviceTier: ReportedTier | undefined;
  /** Whether the counts contradict each other: a part above its total, parts that do not sum to it, no count at all. */
  isMismatched: boolean;
}

/** No call comes near; a provider that says so is not believed. */
const MAX_COUNT = 1_000_000_000;

/**
 * A usage from its counts; those that are left out are none. A part is never more than its total, and it is told
 * when one would have been. Cached tokens come first, since a provider counts cached audio in both and charges it
 * as cached; so audio and pictures may overlap with them, but not with each other.
 */
export function usageOf(counts: Partial<ReportedUsage>): ReportedUsage {
  const inputTokens = counts.inputTokens ?? 0;
  const outputTokens = counts.outputTokens ?? 0;
  const cached = counts.cachedTokens ?? 0;
  const written = counts.cacheWriteTokens ?? 0;
  const writtenForHour = counts.cacheWriteHourTokens ?? 0;
  const heard = counts.audioInputTokens ?? 0;
  const seen = counts.imageInputTokens ?? 0;
  const reasoned = counts.reasoningTokens ?? 0;
  const spoken = counts.audioOutputTokens ?? 0;
  const drawn = counts.imageOutputTokens ?? 0;

  const cachedTokens = Math.min(cached, inputTokens);
  let left = inputTokens - cachedTokens;
  const cacheWriteTokens = Math.min(written, left);
  left -= cacheWriteTokens;
  const audioInputTokens = Math.min(heard, left);
  left -= audioInputTokens;
  const imageInputTokens = Math.min(seen, left);
  left -= imageInputTokens;
  const audioOutputTokens = Math.min(spoken, outputTokens);
  const imageOutputTokens = Math.min(drawn, outputTokens - audioOutputTokens);
  return {
    inputTokens,
    cachedTokens,
    cacheWriteTokens,
    cacheWriteHourTokens: Math.min(writtenForHour, cacheWriteTokens),
    audioInputTokens,
    imageInputTokens,
    embeddingTokens: Math.min(counts.embeddingTokens ?? 0, left),
    outputTokens,
    reasoningTokens: Math.min(
      reasoned,
      outputTokens - audioOutputTokens - imageOutputTokens,
    ),
    audioOutputTokens,
    imageOutputTokens,
    images: counts.images ?? 0,
    audioSeconds: counts.audioSeconds ?? 0,
    characters: counts.characters ?? 0,
    toolCalls: counts.toolCalls ?? 0,
    serviceTier: counts.serviceTier,
    isMismatched:
      (counts.isMismatched ?? false) ||
      cached + written > inputTokens ||
      writtenForHour > written ||
      heard + seen > inputTokens ||
      reasoned + spoken + drawn > outputTokens,
  };
}

/** A provider's count that is none: negative, a fraction, huge, or in part. What it stands for has to be estimated. */
export const UNREADABLE_USAGE: ReportedUsage = usageOf({ isMismatched: true });

/** The usage by what it is priced as. The classes are disjoint; those of the tokens sum to the two totals. */
export function unitsByClass(usage: ReportedUsage): Record<TokenClass, number> {
  const input =
    usage.inputTokens -
    usage.cachedTokens -
    usage.cacheWriteTokens -
    usage.audioInputTokens -
    usage.imageInputTokens -
    usage.embeddingTokens;
  const output =
    usage.outputTokens -
    usage.reasoningTokens -
    usage.audioOutputTokens -
    usage.imageOutputTokens;
  const written = usage.cacheWriteTokens - usage.cacheWriteHourTokens;
  invariant(
    input >= 0 && output >= 0 && written >= 0,
    'a part of a usage above its total',
  );
  return {
    input,
    'cached-input': usage.cachedTokens,
    'cache-write': written,
    'cache-write-hour': usage.cacheWriteHourTokens,
    'audio-input': usage.audioInputTokens,
    'image-input': usage.imageInputTokens,
    embedding: usage.embeddingTokens,
    output,
    reasoning: usage.reasoningTokens,
    'audio-output': usage.audioOutputTokens,
    'image-output': usage.imageOutputTokens,
    'tool-call': usage.toolCalls,
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
    cacheWriteHourTokens: a.cacheWriteHourTokens + b.cacheWriteHourTokens,
    audioInputTokens: a.audioInputTokens + b.audioInputTokens,
    imageInputTokens: a.imageInputTokens + b.imageInputTokens,
    embeddingTokens: a.embeddingTokens + b.embeddingTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    audioOutputTokens: a.audioOutputTokens + b.audioOutputTokens,
    imageOutputTokens: a.imageOutputTokens + b.imageOutputTokens,
    images: a.images + b.images,
    audioSeconds: a.audioSeconds + b.audioSeconds,
    characters: a.characters + b.characters,
    toolCalls: a.toolCalls + b.toolCalls,
    serviceTier: b.serviceTier ?? a.serviceTier,
    isMismatched: a.isMismatched || b.isMismatched,
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

/** Whether it is an object of JSON; no array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a member of an object says something: null counts as absent. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
