import { generateKey, hashKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { KeyHashes } from './KeyHashes';

it('gives the same hash the first time and later, for as many keys as there may be', () => {
  const secret = 'a hash secret for tests only, no other use';
  const hashes = new KeyHashes(secret);
  const key = generateKey().secret;
  expect(hashes.of(key)).toBe(hashKey(key, secret));
  for (let index = 0; index < 10_001; index++) hashes.of(`key ${index}`);
  expect(hashes.of(key)).toBe(hashKey(key, secret));
  expect(hashes.of('key 1')).toBe(hashKey('key 1', secret));
});
