import { createHash } from 'node:crypto';
import { Criticality } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ProtocolId } from '../protocols';
import { CanonicalMember, canonicalMembers } from './canonicalJson';
import { isRepeatable } from './isRepeatable';

/** Whose requests may share an answer: those of keys that are alike in all of this. */
export interface CacheScope {
  readonly departmentRef: string;
  readonly applicationRef: string;
  /** The models that the key may use, in any order. */
  readonly models: readonly string[];
  readonly criticality: Criticality;
}

/** A request, as far as its answer depends on it. */
export interface CacheRequest {
  readonly scope: CacheScope;
  readonly route: ProtocolId;
  /** As the caller names it. */
  readonly model: string;
  /** Changes when something else serves the model: an answer of what was replaced is not given any more. */
  readonly modelRevision: string;
  /** A stream and a whole answer are different bytes, and therefore two entries. */
  readonly stream: boolean;
  /** As the caller sent it. `JSON.parse` has accepted it as an object, and its depth is bounded. */
  readonly body: Buffer;
}

/**
 * Members that do not change what the provider answers: `stream` is a part of the key by itself, and the others
 * only name the caller's users and order his bills. With them, a question that two users ask would be two.
 */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'stream',
  'user',
  'safety_identifier',
  'metadata',
  'prompt_cache_key',
]);

/**
 * The key of a request in the cache: SHA-256 over everything that decides who may see its answer and what it is.
 *
 * @returns undefined when a stored answer would not be what the caller expects; see isRepeatable
 */
export function cacheKeyOf(request: CacheRequest): string | undefined {
  const members = canonicalMembers(request.body);
  if (!isRepeatable(request.route, members)) return undefined;
  const hash = createHash('sha256').update(headOf(request));
  for (const member of members) {
    if (isPart(member)) hash.update(member.bytes);
  }
  return hash.digest('base64url');
}

/** As JSON, so that no two different lists of parts are the same text; it ends where the body starts. */
function headOf(request: CacheRequest): string {
  const { scope } = request;
  return JSON.stringify([
    scope.departmentRef,
    scope.applicationRef,
    scope.criticality,
    [...scope.models].sort(),
    request.route,
    request.model,
    request.modelRevision,
    request.stream,
  ]);
}

function isPart(member: CanonicalMember): boolean {
  return !LEFT_OUT.has(member.name);
}
