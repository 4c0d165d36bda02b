import { mockServices } from '@backstage/backend-test-utils';
import { KeyId, picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  COMPANY,
  organisationService,
  RESEARCH,
} from '../__testUtils__/organisation';
import { KEY_ID, usageRecord } from '../__testUtils__/usage';
import { LedgerLine, lineKeyOf } from './LedgerLine';
import { LedgerService } from './LedgerService';
import { LedgerStore } from './LedgerStore';
import { PinnedPrice, PinnedPrices } from './PinnedPrice';

const prices: PinnedPrices = {
  versionsOf: async () =>
    new Map([
      [
        'mini@1',
        price({
          rates: { input: '0.0000025', output: '0.00001' },
          longContext: [
            {
              aboveInputTokens: 200_000,
              rates: { input: '0.000005', output: '0.000015' },
            },
          ],
        }),
      ],
      [
        'three-bands@1',
        price({
          rates: { input: '0.000001', output: '0.000004' },
          longContext: [
            {
              aboveInputTokens: 200_000,
              rates: { input: '0.000002', output: '0.000005' },
            },
            {
              aboveInputTokens: 1_000_000,
              rates: { input: '0.000003', output: '0.000006' },
            },
          ],
        }),
      ],
      ['pictures@1', price({ rates: { image: '0.04' } })],
    ]),
};

function price(
  what: Pick<PinnedPrice, 'rates'> & Partial<PinnedPrice>,
): PinnedPrice {
  return {
    priceKey: 'openai/mini',
    provider: 'openai',
    region: '',
    serviceTier: 'standard',
    longContext: [],
    ...what,
  };
}

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
    keys: { knownOf: async ids => new Set(ids.filter(id => id === KEY_ID)) },
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

  it('books an unknown price in suspense, at the cost that the gateway held', async () => {
    const { ledger, store } = createService();
    const line = { ...pricedLine, priceVersionId: 'gone' };
    await ledger.book([usageRecord({ lines: [line] })], { source: 'live' });
    expect([...store.lines.values()]).toEqual([
      expect.objectContaining({
        cost: 2_500_000_000n,
        flags: ['unknown-price'],
        debit: { kind: 'suspense', owner: 'unknown-price' },
        credit: { kind: 'payable', owner: 'unknown' },
      }),
    ]);
  });

  it.each([
    ['the gateway took another rate of the price', 2_500_000_000n, []],
    ['no rate explains the cost', 0n, ['cost-mismatch']],
  ])(
    'never books 0 for a class without a rate: %s',
    async (_what, costPicoUsd, flags) => {
      const { ledger, store } = createService();
      const line = {
        ...pricedLine,
        tokenClass: 'cached-input' as const,
        costPicoUsd: picoUsd(costPicoUsd),
      };
      await ledger.book([usageRecord({ lines: [line] })], { source: 'live' });
      expect([...store.lines.values()]).toEqual([
        expect.objectContaining({
          cost: flags.length === 0 ? costPicoUsd : 10_000_000_000n, // the dearest of the price
          flags,
        }),
      ]);
    },
  );

  it('charges all of a long prompt at the rate beyond the threshold', async () => {
    const { ledger, store } = createService();
    const lines = [
      { ...pricedLine, tokens: 150_000n, costPicoUsd: picoUsd(0n) },
      {
        ...pricedLine,
        tokenClass: 'cached-input' as const,
        tokens: 50_001n,
        costPicoUsd: picoUsd(250_005_000_000n),
      },
      {
        ...pricedLine,
        tokenClass: 'output' as const,
        costPicoUsd: picoUsd(0n),
      },
    ];
    await ledger.book([usageRecord({ lines })], { source: 'live' });
    expect([...store.lines.values()].map(line => line.cost)).toEqual([
      750_000_000_000n,
      250_005_000_000n,
      15_000_000_000n,
    ]);
  });

  it.each([
    ['as much as the threshold', 200_000n, 'requested', undefined],
    ['more than the threshold', 200_001n, 'requested', 200_000],
    ['more than the last of two', 1_000_001n, 'requested', 1_000_000],
    ['a long one from memory', 1_000_001n, 'cache', undefined],
  ] as const)(
    'says on each line which rates were taken: %s',
    async (_what, tokens, servedBecause, aboveInputTokens) => {
      const { ledger, store } = createService();
      const line = { ...pricedLine, priceVersionId: 'three-bands@1' };
      const lines = [
        { ...line, tokens },
        { ...line, tokenClass: 'output' as const },
      ];
      await ledger.book([usageRecord({ servedBecause, lines })], {
        source: 'live',
      });
      const booked = [...store.lines.values()];
      expect(booked.map(each => each.aboveInputTokens)).toEqual([
        aboveInputTokens,
        aboveInputTokens,
      ]);
    },
  );

  it.each([
    [
      'a key that is not on record',
      { keyId: 'ZZZZZZZZZZZZ' as KeyId },
      'unknown-key',
    ],
    [
      'a department that left the catalog',
      { departmentRef: 'group:default/dissolved' },
      'unknown-department',
    ],
  ])('books %s in suspense', async (_what, record, reason) => {
    const { ledger, store } = createService();
    await ledger.book([usageRecord({ ...record, lines: [pricedLine] })], {
      source: 'live',
    });
    expect([...store.lines.values()]).toEqual([
      expect.objectContaining({
        cost: 2_500_000_000n,
        flags: [reason],
        debit: { kind: 'suspense', owner: reason },
        credit: { kind: 'payable', owner: 'openai' },
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
