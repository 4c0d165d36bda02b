import { ProtocolId } from '../protocols';
import { CanonicalMember } from './canonicalJson';

/** Routes whose answer to an equal request may be an equal one. Who asks for a picture again wants another. */
const ROUTES: ReadonlySet<ProtocolId> = new Set<ProtocolId>([
  'chat',
  'completion',
  'response',
  'message',
  'embedding',
  'moderation',
]);

/** Members by which a request asks the provider for more than an answer, or for what may have changed since. */
const NOT_REPEATABLE: ReadonlySet<string> = new Set([
  'background',
  'container',
  'conversation',
  'mcp_servers',
  'previous_response_id',
  'web_search_options',
]);

/** Tools that the caller runs himself: an answer that names them is an answer like any other. */
const OWN_TOOLS: ReadonlySet<unknown> = new Set([
  undefined,
  'function',
  'custom',
]);

/**
 * Whether a stored answer serves an equal request as well as a new one would. Sampling does not matter: who turns
 * the cache on takes an answer for the answer. Not, when the provider stores something or runs something for it.
 */
export function isRepeatable(
  route: ProtocolId,
  members: readonly CanonicalMember[],
): boolean {
  if (!ROUTES.has(route)) return false;
  let stores = route === 'response'; // there, what is not said is yes
  for (const { name, value } of members) {
    const text = value.length <= 5 ? value.toString('latin1') : undefined;
    const isSet = text !== 'null' && text !== 'false' && text !== '[]';
    if (name === 'store' && text !== 'null') stores = isSet;
    if (isSet && NOT_REPEATABLE.has(name)) return false;
    if (isSet && name === 'tools' && !areOwnTools(value)) return false;
    // in the other routes it is the text of the question; here it is one that the provider keeps and can change
    if (isSet && name === 'prompt' && route === 'response') return false;
  }
  return !stores;
}

function areOwnTools(value: Buffer): boolean {
  const tools: unknown = JSON.parse(value.toString());
  return Array.isArray(tools) && tools.every(isOwnTool);
}

function isOwnTool(tool: unknown): boolean {
  if (typeof tool !== 'object' || tool === null) return false;
  return OWN_TOOLS.has('type' in tool ? tool.type : undefined);
}
