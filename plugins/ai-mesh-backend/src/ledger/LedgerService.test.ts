import { mockServices } from '@backstage/backend-test-utils';
import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { PriceLookup } from '../prices/PriceLookup';
import {
  COMPANY,
  organisationService,
  RESEARCH,
} from '../__testUtils__/organisation';
import { usageRecord } from '../__testUtils__/usage';
import { LedgerLine, lineKeyOf } from './LedgerLine';
import { LedgerService } from './LedgerService';
import { LedgerStore } from './LedgerStore';

const prices: PriceLookup = {
  ratesOf: async () =>
    new Map([
      ['mini@1', { input: '0.0000025', output: '0.00001' }],
      ['pictures@1', { image: '0.04' }],
    ]),
};

/** A store that remembers, as the real one does, which lines it has seen. */
class MemoryStore implements LedgerStore {
  readonly lines = new Map<string, LedgerLine>();

  async book(lines: readonly LedgerLine[]): Promise<LedgerLine[]> {
    const fresh = lines.filter(line => !this.lines.has(lineKeyOf(line)));
    for (const line of fresh) {
      this.lines.set(lineKeyOf(line), line);
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

  it('books what is no token by its own unit', async () => {
    const { ledger, store } = createService();
    const line = {
      tokenClass: 'image' as const,
      tokens: 3n,
      priceVersionId: 'pictures@1',
      costPicoUsd: picoUsd(120_000_000_000n),
    };
    await ledger.book([usageRecord({ lines: [line] })], { source: 'live' });
    expect([...store.lines.values()]).toEqual([
      expect.objectContaining({ cost: 120_000_000_000n, flags: [] }),
    ]);
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

  it('books each attempt of a request, and what it saved once', async () => {
    const { ledger, store } = createService();
    const fallback = usageRecord({
      attempt: 2,
      requestedModel: 'large',
      servedBecause: 'fallback',
      avoidedPicoUsd: picoUsd(7_500_000_000n),
      lines: [pricedLine, { ...pricedLine, tokenClass: 'output' }],
    });
    const records = [usageRecord({ lines: [pricedLine] }), fallback];
    const counts = await ledger.book(records, { source: 'live' });
    expect(counts).toEqual({ booked: 2, repeated: 0 });
    await expect(ledger.book(records, { source: 'live' })).resolves.toEqual({
      booked: 0,
      repeated: 2,
    });
    expect(
      [...store.lines.values()].map(each => [
        each.attempt,
        each.servedBecause,
        each.requestedModel,
        each.avoided,
      ]),
    ).toEqual([
      [1, 'requested', undefined, 0n],
      [2, 'fallback', 'large', 7_500_000_000n],
      [2, 'fallback', 'large', 0n],
    ]);
  });

  it.each([
    ['known price', pricedLine, 0n, []],
    ['unknown price', { ...pricedLine, priceVersionId: 'gone' }, 0n, []],
    ['gateway that charges', pricedLine, 2_500_000_000n, ['cost-mismatch']],
  ])(
    'books an answer from memory at no cost, %s',
    async (_what, line, costPicoUsd, flags) => {
      const { ledger, store } = createService();
      const hit = usageRecord({
        servedBecause: 'cache',
        avoidedPicoUsd: picoUsd(2_500_000_000n),
        lines: [{ ...line, costPicoUsd: picoUsd(costPicoUsd) }],
      });
      await ledger.book([hit], { source: 'live' });
      expect([...store.lines.values()]).toEqual([
        expect.objectContaining({ cost: 0n, avoided: 2_500_000_000n, flags }),
      ]);
    },
  );

  it('books a copy for a candidate on the department that the record names', async () => {
    const { ledger, store } = createService();
    await ledger.book(
      [usageRecord({ servedBecause: 'shadow', departmentRef: RESEARCH })],
      { source: 'live' },
    );
    expect([...store.lines.values()]).toEqual([
      expect.objectContaining({
        applicationRef: 'component:default/support-bot',
        departmentRef: RESEARCH,
        departmentPath: [RESEARCH, COMPANY],
        avoided: 0n,
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
