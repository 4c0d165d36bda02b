import {
  KeyId,
  KeyQuery,
  keyQuerySchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { z } from 'zod';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { useMigratedDatabase } from '../__testUtils__/useMigratedDatabase';
import { DatabaseKeyStore } from './DatabaseKeyStore';
import { StoredKey } from './StoredKey';

const NOW = new Date('2026-11-22T10:00:00Z');
const LATER = new Date('2026-12-22T10:00:00Z');
const EARLIER = new Date('2026-11-01T10:00:00Z');

function key(name: string, changes: Partial<StoredKey> = {}): StoredKey {
  const id = name.replace(/\W/g, '').padEnd(12, '0').slice(0, 12) as KeyId;
  return {
    id,
    name,
    hash: Buffer.from(id.padEnd(32)).toString('hex'),
    lastFour: 'wxyz',
    applicationRef: 'component:default/bot',
    departmentRef: 'group:default/research',
    models: ['gpt-4o', 'llama'],
    criticality: 'critical',
    limits: {},
    issuedBy: 'user:default/dana',
    issuedAt: EARLIER,
    expiresAt: LATER,
    ...changes,
  };
}

describe('DatabaseKeyStore', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('%p', databaseId => {
    const getDatabase = useMigratedDatabase(databases, databaseId);

    async function setup(keys: StoredKey[]) {
      const database = getDatabase();
      const store = new DatabaseKeyStore(database);
      for (const each of keys) await store.add(each);
      const list = async (
        query: z.input<typeof keyQuerySchema>,
        departmentRefs = ['group:default/research', 'group:default/shop'],
      ) => {
        const filter: KeyQuery = keyQuerySchema.parse(query);
        const page = await store.list(
          { ...filter, departmentRefs },
          { now: NOW },
        );
        return { ...page, names: page.keys.map(each => each.name) };
      };
      return { store, list };
    }

    it('gives back what was kept, and never overwrites a key', async () => {
      const full = key('full', {
        revokedAt: NOW,
        revokedBy: 'user:default/priya',
        lastUsedAt: EARLIER,
        criticality: 'non-critical',
        limits: { requestsPerMinute: 60, tokensPerMinute: 1e6 },
      });
      const { store } = await setup([full, key('plain')]);
      expect(await store.find(full.id)).toEqual(full);
      expect(await store.find(key('plain').id)).toEqual(key('plain'));
      expect(await store.add({ ...full, name: 'other' })).toBe(false);
      expect((await store.find(full.id))?.name).toBe('full');
      expect(await store.find('unknown00000' as KeyId)).toBeUndefined();
    });

    it('filters, searches, sorts and pages, with the total of all matches', async () => {
      const { list } = await setup([
        key('Alpha 100%', { issuedAt: new Date('2026-11-03T00:00:00Z') }),
        key('beta', { departmentRef: 'group:default/shop' }),
        key('gamma', { expiresAt: EARLIER }),
        key('delta', { revokedAt: NOW }),
        key('foreign', { departmentRef: 'group:default/other' }),
      ]);
      const all = await list({ orderBy: 'name', order: 'asc', limit: 2 });
      expect(all.names).toHaveLength(2);
      expect(all.total).toBe(4);
      const next = await list({
        orderBy: 'name',
        order: 'asc',
        limit: 2,
        offset: 2,
      });
      expect([...all.names, ...next.names].sort()).toEqual([
        'Alpha 100%',
        'beta',
        'delta',
        'gamma',
      ]);
      expect((await list({})).names[0]).toBe('Alpha 100%');
      expect((await list({ status: 'expired' })).names).toEqual(['gamma']);
      expect((await list({ status: 'revoked' })).names).toEqual(['delta']);
      expect((await list({ status: 'active' })).total).toBe(2);
      expect((await list({ search: 'ALPHA' })).names).toEqual(['Alpha 100%']);
      expect((await list({ search: '0%' })).names).toEqual(['Alpha 100%']);
      expect((await list({ search: '_' })).names).toEqual([]);
      expect(
        (await list({ departmentRef: 'group:default/shop' })).names,
      ).toEqual(['beta']);
      expect((await list({ departmentRef: 'group:default/other' })).total).toBe(
        0,
      );
      expect((await list({}, [])).total).toBe(0);
    });

    it('keeps the first who revoked a key', async () => {
      const { store } = await setup([key('alpha')]);
      const { id } = key('alpha');
      await store.revoke(id, { by: 'user:default/dana', at: NOW });
      await store.revoke(id, { by: 'user:default/priya', at: LATER });
      expect(await store.find(id)).toMatchObject({
        revokedBy: 'user:default/dana',
        revokedAt: NOW,
      });
    });

    it('lists as active what is neither revoked nor expired', async () => {
      const { store } = await setup([
        key('beta'),
        key('alpha'),
        key('gone', { revokedAt: NOW }),
        key('old', { expiresAt: NOW }),
      ]);
      const active = await store.listActive({ now: NOW });
      expect(active.map(each => each.name)).toEqual(['alpha', 'beta']);
    });

    it('never moves a last use backwards', async () => {
      const { store } = await setup([key('alpha')]);
      const { id } = key('alpha');
      const unknown = 'unknown00000' as KeyId;
      for (const at of [NOW, EARLIER]) {
        await store.touchLastUsed(
          new Map([
            [id, at],
            [unknown, at],
          ]),
        );
      }
      expect((await store.find(id))?.lastUsedAt).toEqual(NOW);
    });
  });
});
