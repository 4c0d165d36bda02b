import { EventTap } from './EventTap';
import { eventType, parseData } from './eventBytes';
import { ReportedTier, reportedTier } from './serviceTiers';
import {
  countOf,
  isGiven,
  isObject,
  ReportedUsage,
  UNREADABLE_USAGE,
  usageOf,
} from './usage';

/** All that costs money. */
const MEMBERS = [
  'input_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'cache_creation',
  'output_tokens',
  'output_tokens_details',
  'server_tool_use',
  'service_tier',
  'speed',
];

/** Listens to the events of a message: the input is counted at its start, the output at its end. */
export class MessageTap extends EventTap {
  /** The usage object, with what came later in place of what came before. */
  #merged: Record<string, unknown> = {};
  #isStarted = false;
  /** Searches that were seen to begin: they are counted at the end. */
  #searchCount = 0;

  override get usageSoFar(): ReportedUsage | undefined {
    if (this.usage) return this.usage;
    if (!this.#isStarted) return undefined;
    const started = readMessageUsage(this.#merged);
    if (started === UNREADABLE_USAGE) return started;
    const outputTokens = Math.max(started.outputTokens, this.pieceCount);
    const toolCalls = Math.max(started.toolCalls, this.#searchCount);
    return { ...started, outputTokens, toolCalls };
  }

  protected inspect(bytes: Buffer, start: number, end: number): void {
    switch (eventType(bytes, start, end)) {
      case 'content_block_delta':
        this.pieceCount += 1;
        break;
      case 'content_block_start':
        if (isSearch(parseData(bytes, start, end)?.content_block)) {
          this.#searchCount += 1;
        }
        break;
      case 'message_start': {
        const started = parseData(bytes, start, end)?.message;
        if (isObject(started) && isGiven(started.usage)) {
          this.#isStarted = true;
          this.#merge(started.usage);
        }
        break;
      }
      case 'message_delta':
        this.#takeEnd(parseData(bytes, start, end)?.usage);
        break;
      case 'message_stop':
        this.isDone = true;
        break;
      default:
    }
  }

  #takeEnd(usage: unknown): void {
    if (!isObject(usage) || !isGiven(usage.output_tokens)) return; // that of the start is no count
    this.#merge(usage);
    this.usage = readMessageUsage(this.#merged);
  }

  #merge(usage: unknown): void {
    if (!isObject(usage)) return;
    for (const name of MEMBERS) {
      this.#merged[name] = usage[name] ?? this.#merged[name]; // null says nothing
    }
  }
}

function isSearch(block: unknown): boolean {
  return (
    isObject(block) &&
    block.type === 'server_tool_use' &&
    block.name === 'web_search'
  );
}

/**
 * Reads a usage object in Anthropic's manner, where the counts of the input are apart: their sum is the total.
 *
 * @returns {@link UNREADABLE_USAGE} unless all that it has are counts
 */
export function readMessageUsage(
  usage: Record<string, unknown>,
): ReportedUsage {
  const uncached = countOf(usage.input_tokens);
  const cachedTokens = countOf(usage.cache_read_input_tokens ?? 0);
  const cacheWriteTokens = countOf(usage.cache_creation_input_tokens ?? 0);
  const outputTokens = countOf(usage.output_tokens);
  const reasoningTokens = partOf(
    usage.output_tokens_details,
    'thinking_tokens',
  );
  const toolCalls = partOf(usage.server_tool_use, 'web_search_requests');
  if (
    uncached === undefined ||
    cachedTokens === undefined ||
    cacheWriteTokens === undefined ||
    outputTokens === undefined
  ) {
    return UNREADABLE_USAGE;
  }
  const forHour = hourOf(usage.cache_creation, cacheWriteTokens);
  return usageOf({
    inputTokens: uncached + cachedTokens + cacheWriteTokens,
    cachedTokens,
    cacheWriteTokens,
    cacheWriteHourTokens: forHour.tokens,
    outputTokens,
    reasoningTokens,
    toolCalls,
    serviceTier: tierOf(usage),
    isMismatched:
      forHour.isMismatched ||
      reasoningTokens === undefined ||
      toolCalls === undefined,
  });
}

/** Its fast mode is dearer, and no tier of its own. */
function tierOf(usage: Record<string, unknown>): ReportedTier | undefined {
  return usage.speed === 'fast' ? 'priority' : reportedTier(usage.service_tier);
}

/** @returns zero when nothing is said; undefined when it is no count */
function partOf(details: unknown, name: string): number | undefined {
  const value = isObject(details) ? details[name] : undefined;
  return isGiven(value) ? countOf(value) : 0;
}

/** Of what was written to the cache: for an hour. What its two parts leave open counts as the dearer of those used. */
function hourOf(
  details: unknown,
  written: number,
): { tokens: number; isMismatched: boolean } {
  if (!isObject(details)) return { tokens: 0, isMismatched: false };
  const short = partOf(details, 'ephemeral_5m_input_tokens');
  const long = partOf(details, 'ephemeral_1h_input_tokens');
  if (short === undefined || long === undefined) {
    return { tokens: written, isMismatched: true };
  }
  return {
    tokens: long > 0 ? Math.max(0, written - short) : 0,
    isMismatched: short + long !== written,
  };
}
