import { mockServices } from '@backstage/backend-test-utils';
import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { applyMigrations } from '../database/applyMigrations';
import { createTestDatabases } from '../__testUtils__/testDatabases';
import { DatabaseLedgerStore } from '../ledger/DatabaseLedgerStore';
import { clearBooks, readBooks } from '../__testUtils__/books';
import {
  COMPANY,
  CUSTOMER_CARE,
  organisationService,
  RESEARCH,
} from '../__testUtils__/organisation';
import { ledgerLine } from '../__testUtils__/usage';
import { DatabaseLeaseStore } from './DatabaseLeaseStore';
import { LeaseService } from './LeaseService';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const MINUTE_MS = 60_000;

describe.each(databases.eachSupportedId())('LeaseService, %p', id => {
  let database: Knex;
  let now: Date;
  const logger = mockServices.logger.mock();
  beforeAll(async () => {
    database = await databases.init(id);
    await applyMigrations(database);
  });
  beforeEach(async () => {
    await clearBooks(database);
    now = new Date('2026-11-22T12:00:00Z');
    logger.warn.mockClear();
  });

  function createService() {
    return new LeaseService({
      store: new DatabaseLeaseStore({ database }),
      departments: organisationService,
      logger,
      now: () => now,
    });
  }

  async function grant(leases: LeaseService): Promise<string> {
    const result = await leases.grant({
      replicaId: 'replica-1',
      departmentRef: CUSTOMER_CARE,
      needed: picoUsd(1000n),
    });
    if (result.outcome !== 'granted') throw new Error('expected a grant');
    return result.leaseId;
  }

  async function balance() {
    const { balances } = await readBooks(database);
    return balances[`${COMPANY} 2026-11`];
  }

  it('ends the lease of a gateway that never came back, and still books its calls', async () => {
    const leases = createService();
    const leaseId = await grant(leases);
    now = new Date(now.getTime() + 20 * MINUTE_MS);
    await expect(leases.sweep()).resolves.toBe(0);
    now = new Date(now.getTime() + 1);
    await expect(leases.sweep()).resolves.toBe(1);
    await expect(leases.sweep()).resolves.toBe(0);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    await expect(balance()).resolves.toEqual({ settled: 0n, leased: 0n });

    const late = ledgerLine({ leaseId, cost: picoUsd(400n) });
    await new DatabaseLedgerStore({ database }).book([late]);
    await expect(balance()).resolves.toEqual({ settled: 400n, leased: 0n });
    const { lines } = await readBooks(database);
    expect(lines).toEqual(['request-1/1/0: 100 input, 400 overrun']);
  });

  it('takes a call whose end was seen late from what was kept for it', async () => {
    const leases = createService();
    const leaseId = await grant(leases);
    await leases.release({
      replicaId: 'replica-1',
      releases: [{ leaseId, keep: picoUsd(600n) }],
    });
    await expect(balance()).resolves.toEqual({ settled: 0n, leased: 600n });
    await new DatabaseLedgerStore({ database }).book([
      ledgerLine({ leaseId, cost: picoUsd(400n) }),
    ]);
    await expect(balance()).resolves.toEqual({ settled: 400n, leased: 200n });
  });

  it('forgets a lease a week after its end, unless it still holds something', async () => {
    const leases = createService();
    const [ended, keeping] = [await grant(leases), await grant(leases)];
    const open = await grant(leases);
    await leases.release({
      replicaId: 'replica-1',
      releases: [
        { leaseId: ended, keep: picoUsd(0n) },
        { leaseId: keeping, keep: picoUsd(5n) },
      ],
    });
    const remembered = async () =>
      (await database('budget_leases').select('id')).map(row => row.id).sort();
    now = new Date(now.getTime() + 7 * 24 * 60 * MINUTE_MS);
    await leases.sweep();
    await expect(remembered()).resolves.toEqual([ended, keeping, open].sort());
    now = new Date(now.getTime() + 1);
    await leases.sweep();
    await expect(remembered()).resolves.toEqual([keeping, open].sort());
  });

  it('never keeps more than the lease still held', async () => {
    const leases = createService();
    const leaseId = await grant(leases);
    const before = await balance();
    await new DatabaseLedgerStore({ database }).book([
      ledgerLine({ leaseId, cost: picoUsd(before.leased - 10n) }),
    ]);
    await leases.release({
      replicaId: 'replica-1',
      releases: [{ leaseId, keep: picoUsd(10n ** 15n) }],
    });
    expect((await balance()).leased).toBe(10n);
    expect(logger.warn).toHaveBeenCalledWith(
      'A gateway wanted to keep more of a lease than it held; what it held is kept',
      { replicaId: 'replica-1', leases: 1, leaseId },
    );
  });

  it('leaves the lease of another replica alone', async () => {
    const leases = createService();
    const leaseId = await grant(leases);
    const before = await balance();
    await leases.release({
      replicaId: 'replica-2',
      releases: [{ leaseId, keep: picoUsd(0n) }],
    });
    await expect(balance()).resolves.toEqual(before);
  });

  it('does not let one department spend what was leased to another', async () => {
    const leases = createService();
    const leaseId = await grant(leases);
    const { leased } = await balance();
    await new DatabaseLedgerStore({ database }).book([
      ledgerLine({ leaseId, departmentRef: RESEARCH }),
      ledgerLine({ requestId: 'request-2', leaseId: 'never-granted' }),
    ]);
    await expect(balance()).resolves.toEqual({ settled: 500n, leased });
    const { lines } = await readBooks(database);
    expect(lines).toEqual([
      'request-1/1/0: 100 input, 250 unknown-lease',
      'request-2/1/0: 100 input, 250 unknown-lease',
    ]);
  });
});
