import { invalid } from './fields';
import { isGiven, isObject } from './usage';

/** What the parts of messages hold beside text. */
export interface Attachments {
  attachmentCount: number;
  /** Whether there is something whose tokens have no bound that a gateway could know. */
  hasHiddenInput: boolean;
  /** Whether Anthropic is asked to keep one of them in its cache for longer than its five minutes. */
  cachesForHour: boolean;
}

/** To count from. */
export const NO_ATTACHMENTS: Readonly<Attachments> = {
  attachmentCount: 0,
  hasHiddenInput: false,
  cachesForHour: false,
};

/** Their tokens are at most their bytes. */
const TEXTS = new Set([
  'text',
  'input_text',
  'output_text',
  'refusal',
  'input_audio',
  'thinking',
  'redacted_thinking',
  'tool_use',
  'tool_result',
]);
const PICTURES = new Set(['image_url', 'input_image', 'image']);

/**
 * Counts the parts of a message's content that are no text. Of a kind that is not known, the tokens are not
 * bounded: better held too dear than served too cheap.
 *
 * @param path - of the content in the body, for the error
 * @throws GatewayError `invalid_value`
 */
export function countAttachments(
  content: unknown,
  path: string,
  counted: Attachments,
): void {
  if (typeof content === 'string') return;
  if (content === undefined || content === null) return;
  if (!Array.isArray(content)) throw invalid(path, 'a string or an array');
  for (const [index, part] of content.entries()) {
    if (!isObject(part)) throw invalid(`${path}[${index}]`, 'an object');
    countPart(part, `${path}[${index}]`, counted);
  }
}

function countPart(
  part: Record<string, unknown>,
  path: string,
  counted: Attachments,
): void {
  const { type } = part;
  if (part.cache_control !== undefined && asksForHour(part.cache_control)) {
    counted.cachesForHour = true;
  }
  if (type === 'tool_result') {
    if (Array.isArray(part.content)) {
      countResult(part.content, `${path}.content`, counted);
    }
  } else if (typeof type === 'string' && PICTURES.has(type)) {
    counted.attachmentCount += 1;
  } else if (typeof type !== 'string' || !TEXTS.has(type)) {
    counted.attachmentCount += 1;
    counted.hasHiddenInput = true;
  }
}

/** The result of a tool holds parts, but no further results: so this nests no deeper. */
function countResult(
  content: unknown[],
  path: string,
  counted: Attachments,
): void {
  for (const [index, part] of content.entries()) {
    if (!isObject(part)) throw invalid(`${path}[${index}]`, 'an object');
    if (part.type === 'tool_result') {
      throw invalid(`${path}[${index}].type`, 'no result inside a result');
    }
    countPart(part, `${path}[${index}]`, counted);
  }
}

/** Whether a mark for Anthropic's cache asks for more than the five minutes that it gives without being told. */
export function asksForHour(mark: unknown): boolean {
  return isObject(mark) && isGiven(mark.ttl) && mark.ttl !== '5m';
}

/** Whether a list of tools names one that the provider runs by itself, and whose findings it adds to the input. */
export function hasHostedTool(tools: readonly unknown[]): boolean {
  return tools.some(tool => {
    const type = isObject(tool) ? tool.type ?? 'function' : undefined;
    return type !== 'function' && type !== 'custom';
  });
}
