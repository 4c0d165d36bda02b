import {
  mockCredentials,
  mockErrorHandler,
  mockServices,
} from '@backstage/backend-test-utils';
import express from 'express';
import request from 'supertest';
import { fakePermissions } from '../__testUtils__/fakePermissions';
import { priceOffer } from '../__testUtils__/prices';
import { ALLOW } from '../__testUtils__/startControlPlane';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { useMigratedDatabase } from '../__testUtils__/useMigratedDatabase';
import { ChangeSignal } from '../changes/ChangeSignal';
import { createPriceRouter } from './createPriceRouter';
import { DatabasePriceStore } from './DatabasePriceStore';
import { PriceService } from './PriceService';
import { ProposalService } from './ProposalService';

jest.setTimeout(60_000);

const PRIYA = mockCredentials.user.header('user:default/priya');
const PAUL = mockCredentials.user.header('user:default/paul');
const ALL = {
  'ai-mesh.price.read': ALLOW,
  'ai-mesh.price.import': ALLOW,
  'ai-mesh.price.review': ALLOW,
};
const HEADER = 'price_key,class,usd,per';

function upload(...rows: string[]) {
  return { fileName: 'list.csv', content: [HEADER, ...rows].join('\n') };
}

const databases = createTestDatabases();

describe.each(databases.eachSupportedId())('the price book, %p', databaseId => {
  const getDatabase = useMigratedDatabase(databases, databaseId);

  async function setup(decisions: Parameters<typeof fakePermissions>[0] = ALL) {
    const store = new DatabasePriceStore(getDatabase());
    const clock = { now: new Date('2026-11-22T10:00:00Z') };
    const now = () => clock.now;
    const prices = new PriceService({
      store,
      changes: new ChangeSignal(),
      logger: mockServices.logger.mock(),
      now,
    });
    await prices.import([
      priceOffer('azure/gpt-4o', { rates: { input: '0.0000025' } }),
      priceOffer('azure/gpt-4o', {
        serviceTier: 'batch',
        rates: { input: '0.00000125' },
      }),
      priceOffer('own/llama', { source: 'configuration' }),
    ]);
    const events: unknown[] = [];
    const auditor = mockServices.auditor.mock({
      createEvent: async ({ eventId, meta }) => ({
        success: async end => {
          events.push([eventId, { ...meta, ...end?.meta }]);
        },
        fail: async ({ error }) => {
          events.push([eventId, String(error.name)]);
        },
      }),
    });
    const app = express();
    app.use(
      createPriceRouter({
        prices,
        proposals: new ProposalService({ store, prices }),
        stillOffers: () => true,
        permissions: fakePermissions(decisions),
        httpAuth: mockServices.httpAuth(),
        auditor,
        now,
      }),
    );
    app.use(mockErrorHandler());
    const get = (path: string) =>
      request(app).get(`/v1/prices${path}`).set('authorization', PRIYA);
    const post = (path: string, body: object, who = PRIYA) =>
      request(app)
        .post(`/v1/prices${path}`)
        .set('authorization', who)
        .send(body);
    const waiting = async () =>
      (await get('/proposals?state=waiting')).body.items;
    return { app, get, post, waiting, events, prices, clock };
  }

  it('lists what holds now: filtered, sorted, by page', async () => {
    const { get } = await setup();
    const all = await get('');
    expect(all.body).toMatchObject({
      total: 3,
      providers: ['azure', 'own'],
      canImport: true,
      canReview: true,
      items: [
        { priceKey: 'azure/gpt-4o', serviceTier: 'batch' },
        {
          priceKey: 'azure/gpt-4o',
          provider: 'azure',
          serviceTier: 'standard',
          rates: { input: '0.0000025' },
        },
        { priceKey: 'own/llama' },
      ],
    });
    expect(all.body.items[0]).not.toHaveProperty('sequence');
    const totals = async (query: string) => (await get(query)).body.total;
    expect(await totals('?search=GPT')).toBe(2);
    expect(await totals('?provider=own')).toBe(1);
    expect(await totals('?serviceTier=batch')).toBe(1);
    expect(await totals('?source=config')).toBe(1);
    const last = await get('?orderBy=priceKey&order=desc&limit=1&offset=0');
    expect(last.body.items).toMatchObject([{ priceKey: 'own/llama' }]);
    expect((await get('?limit=0')).status).toBe(400);
  });

  it('shows every version of a price, recorded last first', async () => {
    const { get, prices, clock } = await setup();
    clock.now = new Date('2026-11-23T10:00:00Z');
    await prices.import([
      priceOffer('azure/gpt-4o', { rates: { input: '0.000003' } }),
    ]);
    const { body } = await get('/history?priceKey=azure/gpt-4o');
    expect(body.items.map((each: { rates: unknown }) => each.rates)).toEqual([
      { input: '0.000003' },
      { input: '0.0000025' },
    ]);
    expect((await get('/history')).status).toBe(400);
  });

  it('shows what a file would change, with its mistakes, and takes it over', async () => {
    const { get, post, events } = await setup();
    const file = upload(
      'azure/gpt-4o,input,3,1M',
      'azure/new,input,1,1M',
      'own/llama,input,200,1M',
    );
    const preview = await post('/import?preview=true', file);
    expect(preview.body).toMatchObject({
      problems: [],
      changes: [
        {
          priceKey: 'azure/gpt-4o',
          outcome: 'changed',
          present: { rates: { input: '0.0000025' } },
          rates: { input: '0.000003' },
          isBackDated: false,
        },
        { priceKey: 'azure/new', outcome: 'new' },
        {
          priceKey: 'own/llama',
          outcome: 'waiting',
          changedClass: 'input',
          factor: '100',
        },
      ],
    });
    expect((await get('')).body.total).toBe(3);
    expect((await post('/import', file)).status).toBe(200);
    expect((await get('')).body.total).toBe(4);
    expect(events).toEqual([
      ['price-preview', { taken: 2, waiting: 1, problems: 0 }],
      ['price-import', { taken: 2, waiting: 1, problems: 0 }],
    ]);
  });

  it('takes nothing of a file with a wrong row', async () => {
    const { get, post } = await setup();
    const file = upload('azure/new,input,1,1M', 'azure/other,input,2.5,1');
    const preview = await post('/import?preview=true', file);
    expect(preview.body).toMatchObject({
      changes: [],
      problems: [{ line: 3, column: 'usd' }],
    });
    const answer = await post('/import', file);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toMatch(/^line 3, usd: /);
    expect((await get('')).body.total).toBe(3);
    const wrong = Array.from({ length: 30 }, () => 'a/b,input,much,1M');
    const long = await post('/import', upload(...wrong));
    expect(Object.keys(long.body.error.fields ?? {})).toHaveLength(21);
    expect(long.body.error.message).toMatch(
      /further: 10 more; a preview names all of them$/,
    );
    const other = { fileName: 'list.xlsx', content: 'x' };
    expect((await post('/import', other)).status).toBe(400);
  });

  it('lets somebody else than the uploader approve', async () => {
    const { get, post, waiting, events } = await setup();
    await post('/import', upload('own/llama,input,200,1M'));
    const [proposal] = await waiting();
    expect(proposal).toMatchObject({
      proposedBy: 'user:default/priya',
      present: { rates: { input: '0.000002' } },
      canApprove: false,
      canReject: true,
    });
    const path = `/proposals/${proposal.id}/approve`;
    const decision = { reason: 'A new machine' };
    expect((await post(path, decision)).status).toBe(403);
    expect((await post(path, { reason: '' }, PAUL)).status).toBe(400);
    const approved = await post(path, decision, PAUL);
    expect(approved.body).toMatchObject({
      state: 'approved',
      decidedBy: 'user:default/paul',
      reason: 'A new machine',
      canApprove: false,
    });
    const now = await get('?search=llama');
    expect(now.body.items).toMatchObject([
      {
        id: approved.body.versionId,
        rates: { input: '0.0002' },
        validFrom: '2026-11-22T10:00:00.000Z',
      },
    ]);
    expect((await post(path, decision, PAUL)).status).toBe(409);
    expect(events).toContainEqual([
      'price-review',
      {
        id: proposal.id,
        decision: 'approve',
        priceKey: 'own/llama',
        region: '',
        serviceTier: 'standard',
        versionId: approved.body.versionId,
      },
    ]);
    expect(events).toContainEqual(['price-review', 'NotAllowedError']);
  });

  it('leaves the price as it is when a change is rejected', async () => {
    const { get, post, waiting, prices } = await setup();
    const offers = [
      priceOffer('azure/gpt-4o', { rates: { input: '0.00025' } }),
    ];
    await prices.import(offers);
    const [proposal] = await waiting();
    expect(proposal).toMatchObject({ factor: '100', canApprove: true });
    expect(proposal).not.toHaveProperty('proposedBy');
    const path = `/proposals/${proposal.id}/reject`;
    const rejected = await post(path, { reason: 'Typed per thousand' });
    expect(rejected.body).toMatchObject({ state: 'rejected' });
    await prices.import(offers); // the source says it again, and again
    expect(await waiting()).toEqual([]);
    const { body } = await get('/history?priceKey=azure/gpt-4o');
    expect(body.items).toHaveLength(1);
    const unknown = '/proposals/unknown/reject';
    expect((await post(unknown, { reason: 'why' })).status).toBe(404);
  });

  it('asks again when a person uploads again what was rejected', async () => {
    const { post, waiting } = await setup();
    const file = upload('own/llama,input,200,1M');
    await post('/import', file);
    await post('/import', file);
    const [proposal, ...more] = await waiting();
    expect(more).toEqual([]);
    await post(`/proposals/${proposal.id}/reject`, { reason: 'Still wrong' });
    await post('/import', file);
    expect(await waiting()).toHaveLength(1);
  });

  it.each([
    ['get', ''],
    ['get', '/history?priceKey=own/llama'],
    ['get', '/proposals'],
    ['post', '/import'],
    ['post', '/import?preview=true'],
    ['post', '/proposals/1/approve'],
    ['post', '/proposals/1/reject'],
  ] as const)('refuses %s %s to who may not', async (method, path) => {
    const { app } = await setup({});
    const answer = await request(app)
      [method](`/v1/prices${path}`)
      .set('authorization', PRIYA);
    expect(answer.status).toBe(403);
    const stranger = await request(app)
      [method](`/v1/prices${path}`)
      .set('authorization', mockCredentials.none.header());
    expect(stranger.status).toBe(401);
  });

  it('lets readers see, and says that they may do no more', async () => {
    const { app, get, post, events } = await setup({
      'ai-mesh.price.read': ALLOW,
    });
    expect((await get('')).body).toMatchObject({
      canImport: false,
      canReview: false,
    });
    expect((await post('/import', upload('a/b,input,1,1M'))).status).toBe(403);
    // before the body is read
    await request(app)
      .post('/v1/prices/import')
      .set('authorization', PRIYA)
      .set('content-type', 'application/json')
      .send('{ not even JSON')
      .expect(403);
    expect(events).toEqual([
      ['price-import', 'NotAllowedError'],
      ['price-import', 'NotAllowedError'],
    ]);
  });
});
