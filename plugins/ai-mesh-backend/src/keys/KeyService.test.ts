import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { KeyId } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { generateKey, hashKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { ChangeSignal } from '../changes/ChangeSignal';
import { applyMigrations } from '../database/applyMigrations';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { ApplicationService } from '../departments/ApplicationService';
import { buildDepartmentTree } from '../departments/buildDepartmentTree';
import { toDepartmentRecord } from '../departments/toDepartmentRecord';
import { CatalogModelService } from '../models/CatalogModelService';
import { COMPANY, group } from '../__testUtils__/company';
import { DatabaseKeyStore } from './DatabaseKeyStore';
import { KeyService } from './KeyService';

const HASH_SECRET = 'a secret of the tests, 32 and more characters';
const REQUEST = {
  name: 'Bot',
  applicationRef: 'component:default/support-bot',
  models: ['gpt-4o', 'llama', 'gpt-4o'],
  expiresInDays: 30,
};
const ISSUED_BY = { issuedBy: 'user:default/dana' };

function treeOf(...names: string[]) {
  return buildDepartmentTree(
    names.map(name => toDepartmentRecord(group(name))),
  );
}

describe('KeyService', () => {
  const databases = createTestDatabases();

  async function setup() {
    const database = await databases.init('SQLITE_3');
    await applyMigrations(database);
    const clock = { now: new Date('2026-11-22T10:00:30Z') };
    const catalogOptions = {
      catalog: catalogServiceMock({ entities: COMPANY }),
      auth: mockServices.auth(),
      logger: mockServices.logger.mock(),
      now: () => clock.now,
    };
    const company = { tree: treeOf('customer-care') };
    const changes = new ChangeSignal();
    const changed = jest.spyOn(changes, 'changed');
    const keys = new KeyService({
      store: new DatabaseKeyStore(database),
      applications: new ApplicationService(catalogOptions),
      departments: { tree: async () => company.tree },
      models: new CatalogModelService({
        ...catalogOptions,
        prices: { current: async () => undefined },
      }),
      changes,
      defaultLimits: { requestsPerMinute: 60, parallelRequests: 5 },
      hashSecret: HASH_SECRET,
      now: () => clock.now,
    });
    return { database, clock, company, changed, keys };
  }

  it('keeps the hash of a secret, never the secret', async () => {
    const { database, changed, keys } = await setup();
    const { key, secret } = await keys.issue(REQUEST, ISSUED_BY);
    const rows = await database('gateway_keys').select();
    expect(rows).toEqual([
      expect.objectContaining({ hash: hashKey(secret, HASH_SECRET) }),
    ]);
    expect(JSON.stringify(rows)).not.toContain(secret.slice(-20));
    expect(key).toMatchObject({
      departmentRef: 'group:default/customer-care',
      models: ['gpt-4o', 'llama'],
      expiresAt: '2026-12-22T10:00:30.000Z',
    });
    expect(Object.keys(key)).not.toContain('hash');
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('gives gateways the keys that are open, until they expire or are revoked', async () => {
    const { clock, changed, keys } = await setup();
    const short = await keys.issue({ ...REQUEST, expiresInDays: 1 }, ISSUED_BY);
    const long = await keys.issue(REQUEST, ISSUED_BY);
    const ids = async () => (await keys.forSnapshot()).map(each => each.id);
    expect(await ids()).toEqual([short.key.id, long.key.id].sort());

    clock.now = new Date('2026-11-23T10:00:30Z');
    expect(await ids()).toEqual([long.key.id]);
    expect((await keys.get(short.key.id)).status).toBe('expired');

    changed.mockClear();
    await keys.revoke(long.key.id, { revokedBy: 'user:default/priya' });
    expect(await ids()).toEqual([]);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('takes criticality and limits with the key, and fills in the defaults for gateways only', async () => {
    const { keys } = await setup();
    const plain = await keys.issue(REQUEST, ISSUED_BY);
    expect(plain.key).toMatchObject({ criticality: 'critical', limits: {} });
    const { key } = await keys.issue(
      {
        ...REQUEST,
        criticality: 'non-critical',
        limits: { requestsPerMinute: 600, tokensPerMinute: 100_000 },
      },
      ISSUED_BY,
    );
    expect(key).toMatchObject({
      criticality: 'non-critical',
      limits: { requestsPerMinute: 600, tokensPerMinute: 100_000 },
    });
    expect(await keys.get(key.id)).toEqual(key);
    const inSnapshot = await keys.forSnapshot();
    expect(inSnapshot.find(each => each.id === plain.key.id)).toMatchObject({
      criticality: 'critical',
      limits: { requestsPerMinute: 60, parallelRequests: 5 },
    });
    expect(inSnapshot.find(each => each.id === key.id)).toMatchObject({
      criticality: 'non-critical',
      limits: {
        requestsPerMinute: 600,
        tokensPerMinute: 100_000,
        parallelRequests: 5,
      },
    });
  });

  it('closes the keys of a department that has left the catalog', async () => {
    const { company, keys } = await setup();
    await keys.issue(REQUEST, ISSUED_BY);
    company.tree = treeOf('research');
    expect(await keys.forSnapshot()).toEqual([]);
  });

  it('answers a chosen key again without making a second one', async () => {
    const { keys } = await setup();
    const chosen = generateKey();
    const first = await keys.issue(REQUEST, { ...ISSUED_BY, chosen });
    const again = await keys.issue(
      { ...REQUEST, name: 'Other' },
      { ...ISSUED_BY, chosen },
    );
    expect(again).toEqual(first);
    expect(await keys.forSnapshot()).toHaveLength(1);
  });

  it('notes the last use to the minute', async () => {
    const { keys } = await setup();
    const { key } = await keys.issue(REQUEST, ISSUED_BY);
    await keys.noteUsed([
      { keyId: key.id, at: new Date('2026-11-22T12:34:56Z') },
      { keyId: key.id, at: new Date('2026-11-22T11:00:00Z') },
      { keyId: 'unknown00000' as KeyId, at: new Date() },
    ]);
    expect((await keys.get(key.id)).lastUsedAt).toBe(
      '2026-11-22T12:34:00.000Z',
    );
  });

  it.each([
    [{ applicationRef: 'component:default/nowhere' }, 'applicationRef'],
    [{ applicationRef: 'component:default/gpt-server' }, 'applicationRef'],
    [{ applicationRef: 'component:default/side-project' }, 'applicationRef'],
    [{ models: ['gpt-4o', 'nothing'] }, 'models'],
  ])('refuses %j and names the field', async (wrong, field) => {
    const { keys } = await setup();
    await expect(
      keys.issue({ ...REQUEST, ...wrong }, ISSUED_BY),
    ).rejects.toMatchObject({
      name: 'InputError',
      fields: { [field]: expect.any(String) },
    });
  });

  it('knows no key that was not issued', async () => {
    const { keys } = await setup();
    const id = 'unknown00000' as KeyId;
    await expect(keys.get(id)).rejects.toMatchObject({ name: 'NotFoundError' });
    await expect(
      keys.revoke(id, { revokedBy: 'user:default/priya' }),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
  });
});
