import {
  countOf,
  isGiven,
  isObject,
  ReportedUsage,
  UNREADABLE_USAGE,
  usageOf,
} from './usage';

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

/** What an answer tells beside its usage object. */
type Beside = Partial<Pick<ReportedUsage, 'serviceTier' | 'toolCalls'>>;

/** The parts of a total, as far as they are counts. */
class Details {
  /** Whether one of them was given, and was no count. */
  hasNoCount = false;
  readonly #details: Record<string, unknown> | undefined;

  constructor(details: unknown) {
    this.#details = isObject(details) ? details : undefined;
  }

  count(name: string): number | undefined {
    const value = this.#details?.[name];
    if (!isGiven(value)) return undefined;
    const count = countOf(value);
    if (count === undefined) this.hasNoCount = true;
    return count;
  }
}

/**
 * Reads a usage object in OpenAI's manner, where a total contains its details. Details that are no counts are
 * left out: their tokens cost what any other does. Accepted and rejected predictions are in the output already.
 *
 * @returns undefined when there is none; {@link UNREADABLE_USAGE} unless both totals are counts
 */
export function readTokens(
  value: unknown,
  names: UsageNames,
  beside?: Beside,
): ReportedUsage | undefined {
  if (!isGiven(value)) return undefined;
  if (!isObject(value)) return UNREADABLE_USAGE;
  const inputTokens = countOf(value[names.input]);
  const told = countOf(value[names.output]);
  if (inputTokens === undefined || told === undefined) return UNREADABLE_USAGE;
  const input = new Details(value[names.inputDetails]);
  const output = new Details(value[names.outputDetails]);
  const reasoningTokens = output.count('reasoning_tokens');
  const beyond = beyondTotals(value.total_tokens, inputTokens + told);
  const isReasoningBeside = beyond > 0 && beyond === reasoningTokens;
  return usageOf({
    ...beside,
    inputTokens,
    cachedTokens: input.count('cached_tokens'),
    cacheWriteTokens: input.count('cache_write_tokens'),
    audioInputTokens: input.count('audio_tokens'),
    imageInputTokens: input.count('image_tokens'),
    outputTokens: beyond > 0 ? told + beyond : told,
    reasoningTokens,
    audioOutputTokens: output.count('audio_tokens'),
    imageOutputTokens: output.count('image_tokens'),
    isMismatched:
      input.hasNoCount ||
      output.hasNoCount ||
      (beyond !== 0 && !isReasoningBeside),
  });
}

/**
 * Reads the usage object of an answer without tokens: what a provider counts of them all the same is taken.
 *
 * @returns as {@link readTokens}
 */
export function readInputTokens(value: unknown): ReportedUsage | undefined {
  const usage = isObject(value) ? { completion_tokens: 0, ...value } : value;
  return readTokens(usage, CHAT_NAMES);
}

/**
 * By how much the total of all is above the two totals; below zero when it is less. xAI counts reasoning
 * there alone: it is output, and billed as that (UKGovernmentBEIS/inspect_ai#5528).
 *
 * @returns NaN when it is no count: then it is as good as none, but told
 */
function beyondTotals(total: unknown, sum: number): number {
  if (!isGiven(total)) return 0;
  return (countOf(total) ?? NaN) - sum;
}
