import type { Criticality } from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** How an application of the example company uses one model. */
export interface DemoUse {
  model: string;
  /** Part of the application's calls; the parts of an application sum to 1. */
  share: number;
  /** Tokens of a typical call. */
  inputTokens: number;
  /** Zero for embeddings. */
  outputTokens: number;
  /** The dearer model that was asked for, where this one stood in for it. */
  insteadOf?: string;
}

/** An application of the example company. */
export interface DemoApplication {
  ref: string;
  keyName: string;
  /** Who issued its key. */
  issuedBy: string;
  /** Default: `critical`. */
  criticality?: Criticality;
  /** Part of its department's money; the parts of a department sum to 1. */
  share: number;
  streamed: boolean;
  /** Part of the input that the provider had cached, such as a long system prompt. */
  cachedShare: number;
  uses: DemoUse[];
}

/** A department of the example company that spends money itself. */
export interface DemoDepartment {
  ref: string;
  budgetUsd: string;
  /** How much of the budget is used up by the middle of a month, in percent. */
  usedPercent: bigint;
  applications: DemoApplication[];
}

/** Budgets above the departments: wide enough for everything below them. */
export const DEMO_PARENT_BUDGETS = [
  { departmentRef: 'group:default/halden', limitUsd: '1200' },
  { departmentRef: 'group:default/commerce', limitUsd: '600' },
];

/** Every model of the example company, which the demo key may call. */
export const DEMO_MODELS = [
  'gpt-4o',
  'gpt-4o-mini',
  'llama-3-8b-instruct',
  'text-embedding-3-small',
];

/** The application that the demo key belongs to. */
export const DEMO_KEY_APPLICATION = 'component:default/support-bot';

const customerCare: DemoDepartment = {
  ref: 'group:default/customer-care',
  budgetUsd: '150',
  usedPercent: 38n,
  applications: [
    {
      ref: DEMO_KEY_APPLICATION,
      keyName: 'Support bot, production',
      issuedBy: 'user:default/ingrid',
      share: 0.6,
      streamed: true,
      cachedShare: 0.4,
      uses: [
        use('gpt-4o', 0.7, 24_000, 1_300),
        use('gpt-4o-mini', 0.3, 9_000, 450),
      ],
    },
    {
      ref: 'component:default/returns-assistant',
      keyName: 'Returns assistant, production',
      issuedBy: 'user:default/ingrid',
      criticality: 'non-critical', // the house's own model may stand in, and often does
      share: 0.4,
      streamed: false,
      cachedShare: 0,
      uses: [
        use('gpt-4o', 0.75, 28_000, 1_400),
        {
          ...use('llama-3-8b-instruct', 0.25, 4_500, 400),
          insteadOf: 'gpt-4o',
        },
      ],
    },
  ],
};

const onlineStore: DemoDepartment = {
  ref: 'group:default/online-store',
  budgetUsd: '250',
  usedPercent: 41n,
  applications: [
    {
      ref: 'component:default/product-copy',
      keyName: 'Product copy, production',
      issuedBy: 'user:default/mei',
      share: 0.985,
      streamed: true,
      cachedShare: 0.25,
      uses: [
        use('gpt-4o', 0.85, 42_000, 5_000),
        use('gpt-4o-mini', 0.15, 16_000, 2_400),
      ],
    },
    {
      ref: 'component:default/product-search',
      keyName: 'Product search, nightly index',
      issuedBy: 'user:default/tomas',
      share: 0.015,
      streamed: false,
      cachedShare: 0,
      uses: [
        use('text-embedding-3-small', 0.7, 260_000, 0),
        use('gpt-4o-mini', 0.3, 12_000, 900),
      ],
    },
  ],
};

const logistics: DemoDepartment = {
  ref: 'group:default/logistics',
  budgetUsd: '90',
  usedPercent: 85n, // the one that a manager should notice
  applications: [
    {
      ref: 'component:default/route-planner',
      keyName: 'Route planner, production',
      issuedBy: 'user:default/yusuf',
      criticality: 'non-critical',
      share: 0.85,
      streamed: false,
      cachedShare: 0.2,
      uses: [
        use('gpt-4o', 0.8, 40_000, 3_000),
        { ...use('llama-3-8b-instruct', 0.2, 5_200, 500), insteadOf: 'gpt-4o' },
      ],
    },
    {
      ref: 'component:default/delivery-eta',
      keyName: 'Delivery estimates, trial',
      issuedBy: 'user:default/amelie',
      share: 0.15,
      streamed: true,
      cachedShare: 0,
      uses: [
        use('gpt-4o', 0.6, 15_000, 700),
        use('gpt-4o-mini', 0.4, 9_000, 450),
      ],
    },
  ],
};

const research: DemoDepartment = {
  ref: 'group:default/research',
  budgetUsd: '180',
  usedPercent: 33n,
  applications: [
    {
      ref: 'component:default/literature-digest',
      keyName: 'Literature digest, trial',
      issuedBy: 'user:default/noor',
      share: 0.9,
      streamed: true,
      cachedShare: 0,
      uses: [use('gpt-4o', 1, 58_000, 3_600)],
    },
    {
      ref: 'component:default/field-notes',
      keyName: 'Field notes, production',
      issuedBy: 'user:default/noor',
      share: 0.1,
      streamed: false,
      cachedShare: 0,
      uses: [
        use('gpt-4o', 0.3, 24_000, 1_800),
        use('llama-3-8b-instruct', 0.4, 5_600, 600),
        use('text-embedding-3-small', 0.3, 40_000, 0),
      ],
    },
  ],
};

const financeAndLegal: DemoDepartment = {
  ref: 'group:default/finance-and-legal',
  budgetUsd: '40',
  usedPercent: 55n,
  applications: [
    {
      ref: 'component:default/contract-review',
      keyName: 'Contract review, trial',
      issuedBy: 'user:default/henrik',
      share: 0.7,
      streamed: false,
      cachedShare: 0.1,
      uses: [use('gpt-4o', 1, 46_000, 2_800)],
    },
    {
      ref: 'component:default/invoice-reader',
      keyName: 'Invoice reader, production',
      issuedBy: 'user:default/henrik',
      share: 0.3,
      streamed: false,
      cachedShare: 0,
      uses: [
        use('gpt-4o', 0.5, 16_000, 1_000),
        use('gpt-4o-mini', 0.5, 16_000, 1_000),
      ],
    },
  ],
};

/** The departments that spend, each with what it runs. */
export const DEMO_DEPARTMENTS: readonly DemoDepartment[] = [
  customerCare,
  onlineStore,
  logistics,
  research,
  financeAndLegal,
];

function use(
  model: string,
  share: number,
  inputTokens: number,
  outputTokens: number,
): DemoUse {
  return { model, share, inputTokens, outputTokens };
}
