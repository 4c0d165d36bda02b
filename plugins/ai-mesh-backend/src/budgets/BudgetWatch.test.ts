import { mockServices } from '@backstage/backend-test-utils';
import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { ChangeSignal } from '../changes/ChangeSignal';
import { applyMigrations } from '../database/applyMigrations';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { clearBooks } from '../__testUtils__/books';
import { createBudgetServices } from '../__testUtils__/budgetServices';
import {
  BUDGET_KEYS,
  COMMERCE,
  COMPANY,
  CUSTOMER_CARE,
  ORGANISATION,
  RESEARCH,
} from '../__testUtils__/organisation';
import { ledgerLine } from '../__testUtils__/usage';
import {
  NotificationAlertPublisher,
  NotificationSender,
} from './AlertPublisher';
import { BudgetSnapshotSource } from './BudgetSnapshotSource';
import { BudgetWatch } from './BudgetWatch';
import { DatabaseAlertStore } from './DatabaseAlertStore';
import { DatabaseSpentReader } from './SpentReader';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const PRIYA = { by: 'user:default/priya' };
const HOUR_MS = 3_600_000;
const KEY = `key:${BUDGET_KEYS[0].id}`;

describe.each(databases.eachSupportedId())('thresholds, %p', id => {
  let database: Knex;
  let now: Date;
  let services: ReturnType<typeof createBudgetServices>;
  let watch: BudgetWatch;
  let snapshot: BudgetSnapshotSource;
  const send = jest.fn<
    ReturnType<NotificationSender['send']>,
    Parameters<NotificationSender['send']>
  >();
  const auditor = mockServices.auditor.mock();
  const changes = new ChangeSignal();
  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(async () => {
    await clearBooks(database);
    now = new Date('2026-11-22T12:00:00Z');
    send.mockReset();
    auditor.createEvent.mockReset();
    auditor.createEvent.mockResolvedValue({
      success: async () => {},
      fail: async () => {},
    });
    services = createBudgetServices({ database, now: () => now });
    watch = createWatch();
    snapshot = new BudgetSnapshotSource({
      store: services.store,
      now: () => now,
    });
  });

  function createWatch(options: { notify?: string[] } = {}) {
    const { store, directory, logger } = services;
    return new BudgetWatch({
      ...options,
      store,
      directory,
      logger,
      auditor,
      changes,
      alerts: new DatabaseAlertStore({ database }),
      spent: new DatabaseSpentReader({ database }),
      publisher: new NotificationAlertPublisher({
        notifications: { send },
        logger,
      }),
      now: () => now,
    });
  }

  let requests = 0;
  const spend = (cost: bigint, at = now, departmentRef = CUSTOMER_CARE) =>
    services.ledger.book([
      ledgerLine({
        requestId: `spend-${requests++}`,
        cost: picoUsd(cost),
        occurredAt: at,
        departmentRef,
        costCentre: 'CC1',
      }),
    ]);
  const look = async () =>
    (await watch.look()).map(
      ({ nodeId, rule }) => `${nodeId} ${rule.at} ${rule.then.action}`,
    );

  it('are told once a month each, to the department', async () => {
    await services.budgets.setLimit(COMMERCE, picoUsd(1000n), PRIYA);
    await spend(499n);
    await expect(look()).resolves.toEqual([]);
    await spend(301n);
    const raised = await look();
    expect(raised.sort()).toEqual([
      `${COMMERCE} 50 notify`,
      `${COMMERCE} 80 notify`,
    ]);
    await expect(look()).resolves.toEqual([]);
    expect(send).toHaveBeenCalledTimes(2);
    expect(send).toHaveBeenCalledWith({
      recipients: { type: 'entity', entityRef: [COMMERCE] },
      payload: expect.objectContaining({
        title: '80 % of the budget of Commerce is spent',
        link: '/ai-mesh/quotas',
        severity: 'high',
      }),
    });
    expect(auditor.createEvent).toHaveBeenCalledWith({
      eventId: 'budget-alert',
      severityLevel: 'medium',
      meta: {
        budgetId: COMMERCE,
        period: '2026-11',
        at: 80,
        action: 'notify',
        spentPicoUsd: '800',
        limitPicoUsd: '1000',
      },
    });
    now = new Date('2026-12-01T00:00:00Z');
    await expect(look()).resolves.toEqual([]);
    await spend(500n);
    await expect(look()).resolves.toEqual([`${COMMERCE} 50 notify`]);
  });

  it('are told of every budget to the Groups that are configured, and once to each', async () => {
    watch = createWatch({ notify: [RESEARCH, COMMERCE] });
    await services.budgets.setLimit(COMMERCE, picoUsd(1000n), PRIYA);
    await services.budgets.setLimit(CUSTOMER_CARE, picoUsd(1000n), PRIYA);
    await spend(500n);
    await look();
    const told = send.mock.calls.map(([{ recipients, payload }]) => [
      payload.title,
      recipients.entityRef,
    ]);
    expect(Object.fromEntries(told)).toEqual({
      '50 % of the budget of Commerce is spent': [COMMERCE, RESEARCH],
      '50 % of the budget of Customer Care is spent': [
        CUSTOMER_CARE,
        RESEARCH,
        COMMERCE,
      ],
    });
  });

  it('are on the page when nobody can be notified, with one warning', async () => {
    send.mockRejectedValue(new Error('404 Not Found'));
    await services.budgets.setLimit(COMPANY, picoUsd(100n), PRIYA);
    await spend(100n);
    await expect(look()).resolves.toHaveLength(4);
    expect(send).toHaveBeenCalledTimes(4);
    expect(services.logger.warn).toHaveBeenCalledTimes(1);
    const page = await new DatabaseAlertStore({ database }).list({
      nodeIds: [COMPANY],
      offset: 1,
      limit: 2,
    });
    expect(page.total).toBe(4);
    expect(page.alerts).toHaveLength(2);
    expect(page.alerts[0]).toMatchObject({
      spent: 100n,
      limit: 100n,
      toldRefs: [COMPANY],
    });
    const hidden = await new DatabaseAlertStore({ database }).list({
      nodeIds: [RESEARCH],
      offset: 0,
      limit: 2,
    });
    expect(hidden).toEqual({ alerts: [], total: 0 });
  });

  it('of a projected breach are told before the money is gone', async () => {
    await services.budgets.setLimit(COMPANY, picoUsd(1000n), PRIYA);
    const rules = [
      { at: 'projected-breach', then: { action: 'notify' } },
    ] as const;
    await services.budgets.change(COMPANY, { rules: [...rules] }, PRIYA);
    for (let hour = 1; hour <= 48; hour++) {
      await spend(10n, new Date(now.getTime() - hour * HOUR_MS));
    }
    await expect(look()).resolves.toEqual([
      `${COMPANY} projected-breach notify`,
    ]);
    expect(send.mock.calls[0][0].payload.title).toBe(
      'The budget of Halden Group will probably not last for the month',
    );
    const [company] = await services.budgets.list([COMPANY], {
      updatable: [],
    });
    // 8 days and 12 hours are left
    expect(company.projectedPicoUsd).toBe(480n + 204n * 10n);
    expect(company.exhaustedAt).toBe('2026-11-24T16:00:00.000Z');
    // another limit is another question
    await services.budgets.setLimit(COMPANY, picoUsd(3000n), PRIYA);
    await look();
    const [raised] = await services.budgets.list([COMPANY], { updatable: [] });
    expect(raised.projectedPicoUsd).toBe(2520n);
    expect(raised.exhaustedAt).toBeUndefined();
  });

  it('take measures for a node and all below it, while they are passed', async () => {
    await services.budgets.setLimit(COMMERCE, picoUsd(1000n), PRIYA);
    await services.budgets.change(
      COMMERCE,
      {
        rules: [
          { at: 50, then: { action: 'cap-output', maxOutputTokens: 500 } },
          { at: 90, then: { action: 'block' } },
        ],
      },
      PRIYA,
    );
    await services.budgets.setLimit('cost-centre:CC1', picoUsd(100n), PRIYA);
    await services.budgets.change(
      'cost-centre:CC1',
      {
        rules: [
          { at: 100, then: { action: 'cap-output', maxOutputTokens: 100 } },
        ],
      },
      PRIYA,
    );
    await spend(600n);
    const measuresOf = async (ref: string) =>
      (await snapshot.forSnapshot(ORGANISATION)).ofDepartment(ref).measures;
    const cap = (maxOutputTokens: number) => ({
      action: 'cap-output',
      maxOutputTokens,
    });
    await expect(measuresOf(CUSTOMER_CARE)).resolves.toEqual([cap(100)]);
    await expect(measuresOf(RESEARCH)).resolves.toEqual([cap(100)]);
    await services.budgets.setLimit('cost-centre:CC1', undefined, PRIYA);
    await expect(measuresOf(CUSTOMER_CARE)).resolves.toEqual([cap(500)]);
    await expect(measuresOf(RESEARCH)).resolves.toBeUndefined();
    await spend(300n);
    await expect(measuresOf(CUSTOMER_CARE)).resolves.toEqual([
      { action: 'block' },
      cap(500),
    ]);
    await services.budgets.setLimit(COMMERCE, picoUsd(10_000n), PRIYA);
    await expect(measuresOf(CUSTOMER_CARE)).resolves.toBeUndefined();
  });

  it('leave keys, applications and models without a limit out of the snapshot', async () => {
    const { budgets } = services;
    await budgets.setLimit(`${COMPANY}#mini`, picoUsd(5n), PRIYA);
    await budgets.setLimit(KEY, picoUsd(5n), PRIYA);
    await budgets.setLimit(
      'component:default/support-bot#mini',
      picoUsd(5n),
      PRIYA,
    );
    const read = () => snapshot.forSnapshot(ORGANISATION);
    const first = await read();
    expect(first.ofDepartment(RESEARCH)).toEqual({
      budgetEpoch: 0,
      modelBudgets: { mini: { epoch: 1, measures: [] } },
    });
    expect(first.ofKey(BUDGET_KEYS[0].id)).toEqual({
      epoch: 1,
      measures: [],
      models: {},
    });
    expect(first.applicationRefs).toEqual(['component:default/support-bot']);
    expect(first.ofApplication('component:default/support-bot')).toEqual({
      epoch: 0,
      measures: [],
      models: { mini: { epoch: 1, measures: [] } },
    });
    await budgets.setLimit(KEY, undefined, PRIYA);
    await budgets.setLimit(`${COMPANY}#mini`, undefined, PRIYA);
    const second = await read();
    expect(second.ofKey(BUDGET_KEYS[0].id)).toBeUndefined();
    expect(second.ofDepartment(RESEARCH).modelBudgets).toEqual({});
  });

  it('never tell gateways a higher epoch than a grant of the same scope', async () => {
    const { budgets, leases } = services;
    const [{ id: keyId }] = BUDGET_KEYS;
    const nodes = [
      COMPANY,
      'cost-centre:CC1',
      `${CUSTOMER_CARE}#mini`,
      'component:default/support-bot',
      KEY,
      `${KEY}#mini`,
    ];
    for (const [index, node] of nodes.entries()) {
      for (let round = 0; round <= index; round++) {
        await budgets.setLimit(node, picoUsd(10n ** 12n), PRIYA);
      }
    }
    const state = await snapshot.forSnapshot(ORGANISATION);
    const department = state.ofDepartment(CUSTOMER_CARE);
    const application = state.ofApplication('component:default/support-bot');
    const key = state.ofKey(keyId);
    const expected =
      department.budgetEpoch +
      (department.modelBudgets?.mini.epoch ?? 0) +
      (application?.epoch ?? 0) +
      (key?.epoch ?? 0) +
      (key?.models?.mini.epoch ?? 0);
    expect(expected).toBe(1 + 2 + 3 + 4 + 5 + 6);
    await expect(
      leases.grant({
        replicaId: 'replica-1',
        departmentRef: CUSTOMER_CARE,
        applicationRef: 'component:default/support-bot',
        keyId,
        model: 'mini',
        needed: picoUsd(1n),
      }),
    ).resolves.toMatchObject({ budgetEpoch: expected });
  });
});
