import { NotFoundError } from '@backstage/errors';
import {
  PriceDecision,
  PriceImport,
  PriceProposal,
  PricesApi,
  PriceUpload,
  PriceVersion,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

const AT = '2026-11-20T09:00:00.000Z';

function version(
  more: Partial<PriceVersion> & Pick<PriceVersion, 'id' | 'priceKey'>,
): PriceVersion {
  return {
    provider: more.priceKey.split('/')[0],
    region: '',
    serviceTier: 'standard',
    rates: { input: '0.0000025', output: '0.00001' },
    longContext: [],
    isWithdrawn: false,
    validFrom: AT,
    recordedAt: AT,
    source: 'genai-prices 0.1.8',
    ...more,
  };
}

const VERSIONS: PriceVersion[] = [
  version({
    id: 'v1',
    priceKey: 'azure/gpt-4o',
    rates: {
      input: '0.0000025',
      'cached-input': '0.00000125',
      output: '0.00001',
      'tool-call': '0.01',
    },
    longContext: [
      {
        aboveInputTokens: 200_000,
        rates: { input: '0.000005', output: '0.000015' },
      },
    ],
  }),
  version({
    id: 'v2',
    priceKey: 'azure/gpt-4o',
    region: 'westeurope',
    serviceTier: 'batch',
    rates: { input: '0.0000012', output: '0.0000048' },
    contractId: 'Azure 2026',
    listVersionId: 'v1',
    source: 'contract Azure 2026',
  }),
  version({
    id: 'v3',
    priceKey: 'azure-vm/Standard_NC24ads_A100_v4/spot',
    region: 'westeurope',
    rates: { 'machine-time': '1.096' },
    source: 'Azure Retail Prices',
  }),
];

/** The price book in memory. */
export class FakePrices implements PricesApi {
  #proposals: PriceProposal[] = [
    {
      id: 'p1',
      state: 'waiting',
      priceKey: 'azure/gpt-4o',
      region: '',
      serviceTier: 'standard',
      rates: { input: '0.000025', output: '0.00001' },
      longContext: [],
      source: 'list.csv by user:default/paul',
      present: VERSIONS[0],
      changedClass: 'input',
      factor: '10',
      proposedBy: 'user:default/paul',
      proposedAt: AT,
      canApprove: true,
      canReject: true,
    },
    {
      id: 'p2',
      state: 'waiting',
      priceKey: 'own/llama',
      region: '',
      serviceTier: 'standard',
      rates: { input: '0' },
      longContext: [],
      validFrom: '2026-11-01T00:00:00.000Z',
      source: 'mine.csv by user:default/priya',
      changedClass: 'input',
      proposedBy: 'user:default/priya',
      proposedAt: AT,
      canApprove: false,
      canReject: true,
    },
  ];

  async list(query: Parameters<PricesApi['list']>[0] = {}) {
    const items = VERSIONS.filter(
      each =>
        each.priceKey.includes(query.search ?? '') &&
        (!query.provider || each.provider === query.provider) &&
        (!query.serviceTier || each.serviceTier === query.serviceTier),
    );
    return {
      items,
      total: items.length,
      providers: ['azure', 'azure-vm'],
      canImport: true,
      canReview: true,
    };
  }

  async history({ priceKey }: Parameters<PricesApi['history']>[0]) {
    const old = version({
      id: 'v0',
      priceKey,
      rates: { input: '0.000005' },
      validFrom: '2025-01-01T00:00:00.000Z',
      validTo: '2026-01-01T00:00:00.000Z',
      source: 'list of 2025',
    });
    return {
      items: [...VERSIONS.filter(each => each.priceKey === priceKey), old],
    };
  }

  async listProposals(query: Parameters<PricesApi['listProposals']>[0] = {}) {
    const items = this.#proposals.filter(
      each => !query.state || each.state === query.state,
    );
    return { items, total: items.length };
  }

  async approve(id: string, decision: PriceDecision) {
    return this.#decide(id, 'approved', decision);
  }

  async reject(id: string, decision: PriceDecision) {
    return this.#decide(id, 'rejected', decision);
  }

  /** A line of the file is a price; one with an `x` is wrong. */
  async preview({ content }: PriceUpload): Promise<PriceImport> {
    const lines = content.trim().split('\n').slice(1);
    const problems = lines.flatMap((text, index) =>
      text.includes('x')
        ? [{ line: index + 2, column: 'usd', problem: 'expected a decimal' }]
        : [],
    );
    if (problems.length > 0) return { problems, changes: [] };
    return {
      problems,
      changes: lines.map((text, index) => ({
        priceKey: text.split(',')[0],
        region: '',
        serviceTier: 'standard',
        rates: { input: '0.00002' },
        longContext: [],
        isBackDated: index === 1,
        ...(index === 0
          ? { outcome: 'new' }
          : {
              outcome: 'waiting',
              present: VERSIONS[0],
              changedClass: 'input',
              factor: '8',
              validFrom: '2026-11-01T00:00:00.000Z',
            }),
      })),
    };
  }

  async import(file: PriceUpload): Promise<PriceImport> {
    return this.preview(file);
  }

  #decide(
    id: string,
    state: PriceProposal['state'],
    { reason }: PriceDecision,
  ): PriceProposal {
    const proposal = this.#proposals.find(each => each.id === id);
    if (!proposal) throw new NotFoundError('No such price change');
    const decided: PriceProposal = {
      ...proposal,
      state,
      reason,
      decidedBy: 'user:default/priya',
      canApprove: false,
      canReject: false,
    };
    this.#proposals = this.#proposals.map(each =>
      each.id === id ? decided : each,
    );
    return decided;
  }
}
