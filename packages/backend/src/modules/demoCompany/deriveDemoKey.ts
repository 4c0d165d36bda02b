import { createHmac } from 'node:crypto';
import {
  formatKey,
  KEY_RANDOM_BYTES,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

const CHARACTERS = 62;

/**
 * The key of an application of the example company. Always the same, because a seed that is cut off runs
 * again, and must not issue its keys twice. As public as the demo key, and as worthless elsewhere.
 *
 * @returns a well-formed secret
 */
export function deriveDemoKey(demoKey: string, applicationRef: string): string {
  const digest = createHmac('sha512', demoKey).update(applicationRef).digest();
  const bytes = digest
    .subarray(0, KEY_RANDOM_BYTES)
    .map(byte => byte % CHARACTERS);
  return formatKey(bytes).secret;
}
