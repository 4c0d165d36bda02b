import { mockCredentials } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  applicationPageSchema,
  departmentPageSchema,
  formatKey,
  gatewayKeyPageSchema,
  issuedKeySchema,
  KEY_RANDOM_BYTES,
  modelPageSchema,
  parseKey,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { hashKey } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import request from 'supertest';
import { COMPANY_CONFIG } from './__testUtils__/company';
import { inDepartments } from './__testUtils__/fakePermissions';
import {
  ALL,
  ALLOW,
  GATEWAY,
  startControlPlane,
} from './__testUtils__/startControlPlane';

const KEY = {
  name: 'Support bot',
  applicationRef: 'component:default/support-bot',
  models: ['gpt-4o'],
  expiresInDays: 30,
};

describe('the control plane', () => {
  it('shows departments, applications, models and the address of the gateway', async () => {
    const { server } = await startControlPlane();

    const info = await request(server).get('/api/ai-mesh/v1/info').expect(200);
    expect(info.body).toEqual({
      gatewayBaseUrl: 'http://localhost:4321/v1',
      keyDepartmentRefs: [
        'group:default/halden',
        'group:default/commerce',
        'group:default/customer-care',
        'group:default/research',
      ],
    });

    const departments = departmentPageSchema.parse(
      (await request(server).get('/api/ai-mesh/v1/departments')).body,
    );
    expect(
      departments.items.map(each => [each.title, each.costCentre]),
    ).toEqual([
      ['Halden Group', '1000'],
      ['commerce', '2000'],
      ['customer-care', '2000'],
      ['research', '1000'],
    ]);

    const applications = applicationPageSchema.parse(
      (await request(server).get('/api/ai-mesh/v1/applications')).body,
    );
    expect(applications.items.map(each => each.title)).toEqual([
      'The lab',
      'The shop',
      'The support-bot',
    ]);

    const models = modelPageSchema.parse(
      (await request(server).get('/api/ai-mesh/v1/models')).body,
    );
    expect(
      models.items.map(each => [each.name, each.price?.outputUsdPerMillion]),
    ).toEqual([
      ['gpt-4o', '10.00'],
      ['llama', '0.08'],
      ['unpriced', undefined],
    ]);
  });

  it('issues a key, shows its secret once, and revokes it', async () => {
    const { server, auditEvents } = await startControlPlane();

    const response = await request(server)
      .post('/api/ai-mesh/v1/keys')
      .send(KEY)
      .expect(201);
    const { key, secret } = issuedKeySchema.parse(response.body);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(parseKey(secret)?.id).toBe(key.id);
    expect(key).toMatchObject({
      departmentRef: 'group:default/customer-care',
      status: 'active',
      issuedBy: 'user:default/mock',
      canRevoke: true,
    });

    const list = await request(server).get('/api/ai-mesh/v1/keys').expect(200);
    expect(gatewayKeyPageSchema.parse(list.body)).toEqual({
      items: [key],
      total: 1,
    });

    for (const _ of ['first', 'again']) {
      const revoked = await request(server)
        .post(`/api/ai-mesh/v1/keys/${key.id}/revoke`)
        .expect(200);
      expect(revoked.body).toMatchObject({
        status: 'revoked',
        canRevoke: false,
      });
    }

    const snapshot = await request(server)
      .get('/api/ai-mesh/v1/gateway/snapshot')
      .set('authorization', GATEWAY)
      .expect(200);
    expect(snapshot.body.keys).toEqual([]);
    expect(
      snapshot.body.models.map((each: { name: string }) => each.name),
    ).toEqual(['gpt-4o', 'llama']);

    const outside = JSON.stringify([list.body, auditEvents]);
    const { hashSecret } = COMPANY_CONFIG.aiMesh.keys;
    expect(outside).not.toContain(secret);
    expect(outside).not.toContain(hashKey(secret, hashSecret));
    expect(auditEvents).toContainEqual(
      expect.objectContaining({
        eventId: 'key-issue',
        status: 'success',
        end: { meta: expect.objectContaining({ keyId: key.id }) },
      }),
    );
  });

  it('says which field of a request is wrong', async () => {
    const { server, auditEvents } = await startControlPlane();
    const response = await request(server)
      .post('/api/ai-mesh/v1/keys')
      .send({ ...KEY, name: ' ', expiresInDays: 400 })
      .expect(400);
    expect(response.body.error).toMatchObject({
      name: 'InputError',
      message: 'name: give the key a name; expiresInDays: at most 365 days',
      fields: {
        name: 'give the key a name',
        expiresInDays: 'at most 365 days',
      },
    });
    const unknown = await request(server)
      .post('/api/ai-mesh/v1/keys')
      .send({ ...KEY, models: ['gpt-4o', 'broken'] })
      .expect(400);
    expect(unknown.body.error.fields).toEqual({
      models: 'there is no model "broken"',
    });
    expect(auditEvents).toEqual([
      expect.objectContaining({ eventId: 'key-issue', status: 'fail' }),
      expect.objectContaining({ eventId: 'key-issue', status: 'fail' }),
    ]);
  });

  it('narrows page and total to the departments of the caller', async () => {
    const { server, decisions } = await startControlPlane();
    for (const applicationRef of ['support-bot', 'shop', 'lab']) {
      await request(server)
        .post('/api/ai-mesh/v1/keys')
        .send({ ...KEY, applicationRef: `component:default/${applicationRef}` })
        .expect(201);
    }
    decisions['ai-mesh.key.read'] = inDepartments('group:default/commerce');
    decisions['ai-mesh.key.revoke'] = inDepartments(
      'group:default/customer-care',
    );
    const { body } = await request(server).get(
      '/api/ai-mesh/v1/keys?limit=1&orderBy=issuedAt&order=asc',
    );
    expect(body).toMatchObject({
      total: 2,
      items: [
        { departmentRef: 'group:default/customer-care', canRevoke: true },
      ],
    });
    const foreign = await request(server).get(
      '/api/ai-mesh/v1/keys?departmentRef=group:default/research',
    );
    expect(foreign.body).toEqual({ items: [], total: 0 });
  });

  it('refuses what the caller may not do, and gives away nothing', async () => {
    const { server, decisions } = await startControlPlane();
    const issued = await request(server).post('/api/ai-mesh/v1/keys').send(KEY);
    const { id } = issued.body.key;

    decisions['ai-mesh.key.issue'] = inDepartments('group:default/research');
    const answers = await Promise.all(
      ['component:default/support-bot', 'component:default/nowhere'].map(
        applicationRef =>
          request(server)
            .post('/api/ai-mesh/v1/keys')
            .send({ ...KEY, applicationRef })
            .expect(403),
      ),
    );
    const [foreign, missing] = answers.map(each => each.body.error.message);
    expect(foreign.replace('support-bot', 'nowhere')).toBe(missing);

    const revoke = () =>
      request(server).post(`/api/ai-mesh/v1/keys/${id}/revoke`);
    decisions['ai-mesh.key.revoke'] = inDepartments('group:default/research');
    await revoke().expect(403);
    decisions['ai-mesh.key.read'] = { result: AuthorizeResult.DENY };
    await revoke().expect(404);

    decisions['ai-mesh.model.read'] = { result: AuthorizeResult.DENY };
    await request(server).get('/api/ai-mesh/v1/models').expect(403);
    const list = await request(server).get('/api/ai-mesh/v1/keys').expect(200);
    expect(list.body).toEqual({ items: [], total: 0 });
  });

  it('lets nobody in without credentials', async () => {
    const { server } = await startControlPlane();
    for (const path of [
      'info',
      'departments',
      'applications',
      'models',
      'keys',
      'gateway/replicas',
    ]) {
      await request(server)
        .get(`/api/ai-mesh/v1/${path}`)
        .set('authorization', mockCredentials.none.header())
        .expect(401);
    }
  });

  it('seeds once the catalog is there: key, budget, price, usage', async () => {
    const { secret } = formatKey(new Uint8Array(KEY_RANDOM_BYTES).fill(7));
    const seeded = Promise.withResolvers<void>();
    const { server } = await startControlPlane({
      permissions: {
        ...ALL,
        'ai-mesh.spend.read': ALLOW,
        'ai-mesh.budget.update': ALLOW,
      },
      seeds: [
        {
          id: 'company',
          async run(context) {
            const issue = { ...KEY, issuedBy: 'user:default/dana', secret };
            const first = await context.issueKey(issue);
            const again = await context.issueKey(issue);
            expect(again).toEqual(first);
            await context.setBudget({
              departmentRef: 'group:default/customer-care',
              limitUsd: '12.50',
            });
            const price = await context.priceOf('llama');
            expect(price?.rates).toEqual({
              input: '0.00000005',
              output: '0.00000008',
            });
            expect(await context.priceOf('nothing')).toBeUndefined();
            seeded.resolve();
          },
        },
      ],
    });
    await seeded.promise;
    const keys = await request(server).get('/api/ai-mesh/v1/keys');
    expect(keys.body.items).toMatchObject([
      { issuedBy: 'user:default/dana', lastFour: secret.slice(-4) },
    ]);
    const budgets = await request(server).get('/api/ai-mesh/v1/budgets');
    expect(budgets.body.items).toContainEqual(
      expect.objectContaining({
        departmentRef: 'group:default/customer-care',
        limitPicoUsd: '12500000000000',
      }),
    );
  });

  it('does not start with a routing that cannot be read', async () => {
    const aiMesh = { ...COMPANY_CONFIG.aiMesh, routing: { llama: { on: 1 } } };
    await expect(startControlPlane({ config: { aiMesh } })).rejects.toThrow(
      /aiMesh.routing.llama: unknown "on", expected balance/,
    );
  });

  it.each([
    [{}, /aiMesh.keys.hashSecret is missing. Set it to at least 32/],
    [{ hashSecret: 'short' }, /aiMesh.keys.hashSecret is too short/],
  ])('does not start with the keys settings %j', async (keys, message) => {
    await expect(
      startControlPlane({ config: { aiMesh: { keys } } }),
    ).rejects.toThrow(message);
  });
});
