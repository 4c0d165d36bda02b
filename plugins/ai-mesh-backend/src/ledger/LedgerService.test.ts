import { mockServices } from '@backstage/backend-test-utils';
import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { PriceLookup } from '../prices/PriceLookup';
import { COMPANY, organisationService } from '../__testUtils__/organisation';
import { usageRecord } from '../__testUtils__/usage';
import { LedgerLine } from './LedgerLine';
import { LedgerService } from './LedgerService';
import { LedgerStore } from './LedgerStore';

const prices: PriceLookup = {
  ratesOf: async () =>
    new Map([['mini@1', { input: '0.0000025', output: '0.00001' }]]),
};

/** A store that remembers, as the real one does, which lines it has seen. */
class MemoryStore implements LedgerStore {
  readonly lines = new Map<string, LedgerLine>();

  async book(lines: readonly LedgerLine[]): Promise<LedgerLine[]> {
    const fresh = lines.filter(
      line => !this.lines.has(`${line.requestId}/${line.lineNo}`),
    );
    for (const line of fresh) {
      this.lines.set(`${line.requestId}/${line.lineNo}`, line);
    }
    return fresh;
  }
}

function createService() {
  const store = new MemoryStore();
  const logger = mockServices.logger.mock();
  const ledger = new LedgerService({
    store,
    departments: organisationService,
    prices,
    logger,
  });
  return { store, logger, ledger };
}

const pricedLine = {
  tokenClass: 'input' as const,
  tokens: 1000n,
  priceVersionId: 'mini@1',
  costPicoUsd: picoUsd(2_500_000_000n),
};

describe('LedgerService', () => {
  it('counts records, not lines', async () => {
    const { ledger } = createService();
    const records = [
      usageRecord({
        lines: [pricedLine, { ...pricedLine, tokenClass: 'output' }],
      }),
      usageRecord({ requestId: 'request-2' }),
    ];
    await expect(ledger.book(records, { source: 'live' })).resolves.toEqual({
      booked: 2,
      repeated: 0,
    });
    await expect(
      ledger.book([...records, usageRecord({ requestId: 'request-3' })], {
        source: 'live',
      }),
    ).resolves.toEqual({ booked: 1, repeated: 2 });
  });

  it('books what a gateway computed when the price agrees', async () => {
    const { ledger, store, logger } = createService();
    await ledger.book([usageRecord({ lines: [pricedLine] })], {
      source: 'live',
      replicaId: 'replica-1',
    });
    expect([...store.lines.values()]).toEqual([
      expect.objectContaining({
        cost: 2_500_000_000n,
        flags: [],
        replicaId: 'replica-1',
        costCentre: 'CC1',
        source: 'live',
      }),
    ]);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it('books its own cost when a gateway computed another, and says so once', async () => {
    const { ledger, store, logger } = createService();
    const wrong = { ...pricedLine, costPicoUsd: picoUsd(1n) };
    await ledger.book([usageRecord({ lines: [wrong, wrong, wrong] })], {
      source: 'live',
    });
    for (const line of store.lines.values()) {
      expect(line).toMatchObject({
        cost: 2_500_000_000n,
        flags: ['cost-mismatch'],
      });
    }
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['version', { ...pricedLine, priceVersionId: 'gone' }],
    ['class of token', { ...pricedLine, tokenClass: 'cached-input' as const }],
  ])('never books 0 for an unknown %s', async (_what, line) => {
    const { ledger, store } = createService();
    await ledger.book([usageRecord({ lines: [line] })], { source: 'live' });
    expect([...store.lines.values()]).toEqual([
      expect.objectContaining({
        cost: 2_500_000_000n,
        flags: ['unknown-price'],
      }),
    ]);
  });

  it('books a department that left the catalog on itself', async () => {
    const { ledger, store } = createService();
    await ledger.book(
      [
        usageRecord({ departmentRef: 'group:default/dissolved' }),
        usageRecord({ requestId: 'request-2', departmentRef: COMPANY }),
      ],
      { source: 'demo' },
    );
    expect([...store.lines.values()].map(line => line.departmentPath)).toEqual([
      ['group:default/dissolved'],
      [COMPANY],
    ]);
  });
});
