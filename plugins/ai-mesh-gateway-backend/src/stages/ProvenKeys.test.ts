import {
  formatKey,
  KEY_RANDOM_BYTES,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey, hashKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { CompiledKey, CompiledSnapshot } from '../snapshot/CompiledSnapshot';
import { ScopeCompiler } from '../snapshot/compileScopes';
import { ProvenKeys } from './ProvenKeys';

const HASH_SECRET = 'a hash secret for tests only, no other use';

function snapshotWith(...secrets: string[]): CompiledSnapshot {
  const scopes = new ScopeCompiler({ departments: [], applications: [] });
  const keys = secrets.map((secret): CompiledKey => {
    const [, , id] = secret.split('-');
    return {
      id: id as CompiledKey['id'],
      hash: hashKey(secret, HASH_SECRET),
      applicationRef: 'component:default/bot',
      departmentRef: 'group:default/care',
      models: new Set(['gpt-4o']),
      expiresAtMs: Infinity,
      criticality: 'critical',
      limits: {},
      scopes: scopes.ofDepartment('group:default/care'),
    };
  });
  return {
    version: '1',
    generatedAtMs: 0,
    keys: new Map(keys.map(key => [key.id, key])),
    models: new Map(),
    departments: new Map(),
    applicationLimits: new Map(),
    scopes: scopes.byId,
  };
}

describe('ProvenKeys', () => {
  it('finds the same key the first time and later', () => {
    const { id, secret } = generateKey();
    const proven = new ProvenKeys(HASH_SECRET);
    const snapshot = snapshotWith(secret);
    expect(proven.find(snapshot, secret)?.id).toBe(id);
    expect(proven.find(snapshot, secret)?.id).toBe(id);
  });

  it('refuses another secret with the id of a key, before and after the key was proven', () => {
    const random = new Uint8Array(KEY_RANDOM_BYTES).fill(7);
    const { id, secret } = formatKey(random);
    random[KEY_RANDOM_BYTES - 1] = 8;
    const { id: forgedId, secret: forged } = formatKey(random);
    expect(forgedId).toBe(id);
    const proven = new ProvenKeys(HASH_SECRET);
    const snapshot = snapshotWith(secret);
    expect(proven.find(snapshot, forged)).toBeUndefined();
    expect(proven.find(snapshot, secret)).toBeDefined();
    expect(proven.find(snapshot, forged)).toBeUndefined();
  });

  it('refuses a key that the next snapshot does not hold any more', () => {
    const { secret } = generateKey();
    const proven = new ProvenKeys(HASH_SECRET);
    expect(proven.find(snapshotWith(secret), secret)).toBeDefined();
    expect(proven.find(snapshotWith(), secret)).toBeUndefined();
  });
});
