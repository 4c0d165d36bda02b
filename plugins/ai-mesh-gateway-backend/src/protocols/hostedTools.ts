import { isObject } from './usage';

/** Tools that OpenAI runs and charges by use. Others cost their tokens, or are run by the caller. */
const OPENAI_KINDS = [
  'web_search',
  'file_search',
  'code_interpreter',
  'image_generation',
];
/** The one that Anthropic charges by use: its fetching is free, its containers cost by the hour. */
const ANTHROPIC_KIND = 'web_search';

/** Whether OpenAI charges the use of a tool; versions have a suffix, such as `web_search_preview`. */
export function isChargedByOpenAi(tool: unknown): boolean {
  const type = isObject(tool) ? tool.type : undefined;
  return (
    typeof type === 'string' && OPENAI_KINDS.some(kind => type.startsWith(kind))
  );
}

/** Whether Anthropic charges the use of a tool; versions have a date, such as `web_search_20250305`. */
export function isChargedByAnthropic(
  tool: unknown,
): tool is Record<string, unknown> {
  if (!isObject(tool)) return false;
  const { type } = tool;
  return typeof type === 'string' && type.startsWith(ANTHROPIC_KIND);
}

/**
 * The uses of tools among the items of a response that OpenAI charges. Of what a web search does, only to search is:
 * to open what was found is not (OpenAI's guide "Web search", output and citations).
 */
export function countToolCalls(output: unknown): number {
  if (!Array.isArray(output)) return 0;
  let count = 0;
  for (const item of output) if (isChargedCall(item)) count += 1;
  return count;
}

function isChargedCall(item: unknown): boolean {
  if (!isObject(item) || typeof item.type !== 'string') return false;
  const { type, action } = item;
  if (!type.endsWith('_call') || !isChargedByOpenAi(item)) return false;
  return (
    !type.startsWith('web_search') ||
    !isObject(action) ||
    action.type === 'search'
  );
}
