import {
  Application,
  Department,
  Model,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';

/** A small company for tests and for trying the pages without a backend. */
export const DEPARTMENTS: Department[] = [
  department('commerce', 'Commerce', 'business-unit', 0, undefined, 'CC-2000'),
  department(
    'customer-care',
    'Customer Care',
    'department',
    1,
    'commerce',
    'CC-2100',
  ),
  department(
    'online-store',
    'Online Store',
    'department',
    1,
    'commerce',
    'CC-2200',
  ),
  department('logistics', 'Logistics', 'department', 1, 'commerce'),
];

function department(
  name: string,
  title: string,
  type: string,
  depth: number,
  parent?: string,
  costCentre?: string,
): Department {
  return {
    ref: `group:default/${name}`,
    title,
    type,
    depth,
    parentRef: parent && `group:default/${parent}`,
    costCentre,
  };
}

/** Applications in which the fake user may issue keys. */
export const APPLICATIONS: Application[] = [
  {
    ref: 'component:default/support-bot',
    title: 'Support bot',
    description: 'Answers customers in the web shop',
    departmentRef: 'group:default/customer-care',
  },
  {
    ref: 'component:default/mail-sorter',
    title: 'Mail sorter',
    departmentRef: 'group:default/customer-care',
  },
];

/** Models with a price, and one without. */
export const MODELS: Model[] = [
  {
    name: 'gpt-4o',
    title: 'GPT-4o',
    description:
      'The large general-purpose model: reasoning over long documents, tools, images.',
    kind: 'chat',
    entityRef: 'resource:default/gpt-4o',
    ownerRef: 'group:default/platform-engineering',
    lifecycle: 'production',
    tags: ['text-generation', 'vision', 'tools'],
    provider: 'azure-eu',
    contextTokens: 128_000,
    maxOutputTokens: 16_384,
    price: {
      priceVersionId: 'gpt-4o@1',
      inputUsdPerMillion: '2.50',
      cachedInputUsdPerMillion: '1.25',
      outputUsdPerMillion: '10.00',
      source: 'genai-prices 0.1.8',
    },
  },
  {
    name: 'gpt-4o-mini',
    title: 'GPT-4o mini',
    description:
      'The small model for everyday questions at a fraction of the price.',
    kind: 'chat',
    entityRef: 'resource:default/gpt-4o-mini',
    ownerRef: 'group:default/platform-engineering',
    lifecycle: 'production',
    tags: ['text-generation', 'tools'],
    provider: 'azure-eu',
    contextTokens: 128_000,
    maxOutputTokens: 16_384,
    price: {
      priceVersionId: 'gpt-4o-mini@1',
      inputUsdPerMillion: '0.15',
      cachedInputUsdPerMillion: '0.075',
      outputUsdPerMillion: '0.60',
      source: 'genai-prices 0.1.8',
    },
  },
  {
    name: 'llama-3-8b-instruct',
    title: 'Llama 3 8B Instruct, in-house',
    description: 'Runs on the company’s own GPUs; nothing leaves the house.',
    kind: 'chat',
    entityRef: 'resource:default/llama-3-8b-instruct',
    ownerRef: 'group:default/research',
    lifecycle: 'experimental',
    tags: ['text-generation', 'in-house'],
    provider: 'in-house',
    contextTokens: 8_192,
    maxOutputTokens: 4_096,
    price: {
      priceVersionId: 'llama@1',
      inputUsdPerMillion: '0.20',
      outputUsdPerMillion: '0.20',
      source: 'configuration',
    },
  },
  {
    name: 'text-embedding-3-small',
    title: 'Text embedding 3 small',
    description: 'Turns text into vectors for search and grouping.',
    kind: 'embedding',
    entityRef: 'resource:default/text-embedding-3-small',
    ownerRef: 'group:default/platform-engineering',
    lifecycle: 'production',
    tags: ['embedding'],
    provider: 'azure-eu',
    contextTokens: 8_191,
    maxOutputTokens: 0,
    price: {
      priceVersionId: 'embedding@1',
      inputUsdPerMillion: '0.02',
      source: 'genai-prices 0.1.8',
    },
  },
  {
    name: 'phi-4',
    title: 'Phi-4',
    description: 'Small and quick; waiting for its price.',
    kind: 'chat',
    entityRef: 'resource:default/phi-4',
    ownerRef: 'group:default/research',
    lifecycle: 'experimental',
    tags: ['text-generation'],
    provider: 'in-house',
    contextTokens: 16_384,
    maxOutputTokens: 4_096,
  },
];
