import {
  mockCredentials,
  mockErrorHandler,
  mockServices,
} from '@backstage/backend-test-utils';
import { KeyId, Model } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express from 'express';
import { Knex } from 'knex';
import request from 'supertest';
import { createBooksDomain } from '../books/createBooksDomain';
import { DepartmentTree } from '../departments/DepartmentTree';
import { PinnedPrice } from '../ledger/PinnedPrice';
import { SnapshotModel } from '../models/ModelSnapshotSource';
import { fakePermissions } from './fakePermissions';
import { createLedgerApp } from './ledgerApp';
import { BUDGET_APPLICATIONS, ORGANISATION } from './organisation';
import { ALLOW } from './startControlPlane';

const GATEWAY_OF_TEST = mockCredentials.service.header({
  onBehalfOf: mockCredentials.service('plugin:ai-mesh-gateway'),
  targetPluginId: 'test',
});

/** A version of a price in a test, in the order in which versions were recorded. */
export interface TestVersion extends Partial<PinnedPrice> {
  id: string;
}

/** Everything that a test of the books may change while it runs. */
export interface BooksWorld {
  now: Date;
  tree: DepartmentTree;
  versions: TestVersion[];
  /** Titles of applications, by reference. */
  applicationTitles: Map<string, string>;
  models: Pick<Model, 'name' | 'price'>[];
  targets: SnapshotModel['targets'];
  unknownKeys: Set<KeyId>;
}

/** The ledger, the exchanges with gateways and the books over one database, in a world that a test changes. */
export async function createBooksApp(options: {
  database: Knex;
  /** Names of permissions; both of the books when absent. */
  may?: string[];
  keepLinesForDays?: number;
}) {
  const { database } = options;
  const world: BooksWorld = {
    now: new Date('2026-11-22T12:00:00Z'),
    tree: ORGANISATION,
    versions: [],
    applicationTitles: new Map(
      BUDGET_APPLICATIONS.map(({ ref, title }) => [ref, title]),
    ),
    models: [],
    targets: [],
    unknownKeys: new Set(),
  };
  const now = () => world.now;
  const prices = pricesOf(world);
  const ledgerApp = await createLedgerApp({
    ...{ database, now, prices },
    allowed: { 'ai-mesh.spend.read': ORGANISATION.all().map(each => each.ref) },
    isKnownKey: keyId => !world.unknownKeys.has(keyId),
  });
  const may = options.may ?? ['ai-mesh.books.read', 'ai-mesh.books.close'];
  const books = await createBooksDomain({
    ...{ database, now, prices },
    keepLinesForDays: options.keepLinesForDays,
    ledger: ledgerApp.ledger,
    departments: { tree: async () => world.tree },
    applications: {
      list: async () =>
        [...world.applicationTitles].map(([ref, title]) => ({
          ...{ ref, title },
          departmentRef: '',
        })),
    },
    models: { list: async () => world.models },
    routing: {
      forSnapshot: async () => [
        {
          ...{ name: 'mini', kind: 'chat' as const, targets: world.targets },
          ...{ contextTokens: 1000, maxOutputTokens: 1000 },
        },
      ],
    },
    auditor: ledgerApp.auditor,
    httpAuth: mockServices.httpAuth(),
    permissions: fakePermissions(
      Object.fromEntries(may.map(name => [name, ALLOW])),
    ),
    scheduler: mockServices.scheduler.mock(),
    logger: ledgerApp.logger,
  });
  const app = express();
  for (const router of books.routers) app.use(router);
  app.use(ledgerApp.app);
  app.use(mockErrorHandler());
  const user = mockCredentials.user.header();
  return {
    ...ledgerApp,
    ...books,
    ...{ world, app },
    /** As a person. */
    get: (path: string) => request(app).get(path).set('authorization', user),
    post: (path: string, body: object = {}) =>
      request(app).post(path).set('authorization', user).send(body),
    /** As a gateway: records as they come. */
    deliver: (json: string) =>
      request(app)
        .post('/v1/gateway/usage')
        .set('authorization', GATEWAY_OF_TEST)
        .set('content-type', 'application/json')
        .send(json),
  };
}

function pricesOf(world: BooksWorld) {
  const pinned = ({ id, ...version }: TestVersion): PinnedPrice => ({
    ...{ priceKey: 'openai/gpt-4o-mini', provider: 'openai', region: '' },
    ...{ serviceTier: 'standard', rates: {}, longContext: [] },
    ...version,
  });
  return {
    async versionsOf(ids: readonly string[]) {
      const found = world.versions.filter(each => ids.includes(each.id));
      return new Map(found.map(each => [each.id, pinned(each)]));
    },
    async history(sku: { priceKey: string; region: string }) {
      return world.versions.flatMap((version, sequence) => {
        const { priceKey, region } = pinned(version);
        return priceKey === sku.priceKey && region === sku.region
          ? [{ id: version.id, sequence }]
          : [];
      });
    },
  };
}
