import { ServiceTier } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** As what a provider says that it bills a call; `unknown`: by a word that the gateway does not know. */
export type ReportedTier = ServiceTier | 'unknown';

/** The providers' words. OpenAI's `scale` is capacity that is paid for by the month; Groq says `on_demand`. */
const TIERS: ReadonlyMap<string, ServiceTier> = new Map<string, ServiceTier>([
  ['default', 'standard'],
  ['standard', 'standard'],
  ['on_demand', 'standard'],
  ['priority', 'priority'],
  ['fast', 'priority'],
  ['flex', 'flex'],
  ['batch', 'batch'],
  ['scale', 'provisioned'],
  ['reserved', 'provisioned'],
]);

/**
 * The tier that an answer reports.
 *
 * @returns undefined when it says nothing; `auto`, the request's own word, is no tier
 */
export function reportedTier(value: unknown): ReportedTier | undefined {
  if (typeof value !== 'string' || value === '' || value === 'auto') {
    return undefined;
  }
  return TIERS.get(value) ?? 'unknown';
}

/**
 * The tier that a request of OpenAI's names. It may get that, or the standard one: a flex call that finds no room,
 * a priority call beyond the rate that may rise.
 *
 * @returns undefined where the provider may choose any: nothing is named, or `auto`
 */
export function askedTier(value: unknown): ServiceTier | undefined {
  return typeof value === 'string' ? TIERS.get(value) : undefined;
}
