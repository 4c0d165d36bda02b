import { EventTap } from './EventTap';
import { eventType, parseData } from './eventBytes';
import { countOf, isObject, ReportedUsage, usageOf } from './usage';

const COUNTS = [
  'input_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'output_tokens',
];

/** Listens to the events of a message: the input is counted at its start, the output at its end. */
export class MessageTap extends EventTap {
  /** The usage object, with what came later in place of what came before. */
  #merged: Record<string, unknown> = {};

  override get usageSoFar(): ReportedUsage | undefined {
    if (this.usage) return this.usage;
    const started = readMessageUsage(this.#merged);
    if (!started) return undefined;
    const outputTokens = Math.max(started.outputTokens, this.pieceCount);
    return { ...started, outputTokens };
  }

  protected inspect(bytes: Buffer, start: number, end: number): void {
    switch (eventType(bytes, start, end)) {
      case 'content_block_delta':
        this.pieceCount += 1;
        break;
      case 'message_start': {
        const started = parseData(bytes, start, end)?.message;
        if (isObject(started)) this.#merge(started.usage);
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
    if (!isObject(usage) || countOf(usage.output_tokens) === undefined) return; // that of the start is no count
    this.#merge(usage);
    this.usage = readMessageUsage(this.#merged);
  }

  #merge(usage: unknown): void {
    if (!isObject(usage)) return;
    for (const name of COUNTS) {
      this.#merged[name] = usage[name] ?? this.#merged[name]; // null says nothing
    }
  }
}

/**
 * Reads a usage object in Anthropic's manner, where the counts of the input are apart: their sum is the total.
 *
 * @returns undefined unless all that it has are counts
 */
export function readMessageUsage(
  usage: Record<string, unknown>,
): ReportedUsage | undefined {
  const uncached = countOf(usage.input_tokens);
  const cachedTokens = countOf(usage.cache_read_input_tokens ?? 0);
  const cacheWriteTokens = countOf(usage.cache_creation_input_tokens ?? 0);
  const outputTokens = countOf(usage.output_tokens);
  if (
    uncached === undefined ||
    cachedTokens === undefined ||
    cacheWriteTokens === undefined ||
    outputTokens === undefined
  ) {
    return undefined;
  }
  const inputTokens = uncached + cachedTokens + cacheWriteTokens;
  return usageOf({ inputTokens, cachedTokens, cacheWriteTokens, outputTokens });
}
