import { Entity } from '@backstage/catalog-model';

/** A small company for tests: one root, two business units, and a department below one of them. */
export const COMPANY: Entity[] = [
  group('halden', { title: 'Halden Group', costCentre: '1000' }),
  group('commerce', { parent: 'halden', costCentre: '2000' }),
  group('customer-care', { parent: 'commerce' }),
  group('research', { parent: 'halden' }),
  application('support-bot', 'customer-care'),
  application('shop', 'commerce'),
  application('lab', 'research'),
  application('gpt-server', 'research', 'model-server'),
  application('side-project', 'user:default/dana'),
  model('gpt-4o', { price: 'openai/gpt-4o', provider: 'azure' }),
  model('llama', { price: 'own/llama', provider: 'inhouse' }),
  model('unpriced', { price: 'own/unknown', provider: 'inhouse' }),
];

/** The configuration that tests start the plugin with. */
export const COMPANY_CONFIG = {
  auth: { environment: 'development' },
  aiMesh: {
    keys: { hashSecret: 'a secret of the tests, 32 and more characters' },
    gateway: { baseUrl: 'http://localhost:4321/v1/' },
    prices: [
      {
        model: 'own/llama',
        inputUsdPerMillion: '0.05',
        outputUsdPerMillion: '0.08',
      },
    ],
  },
};

export function group(
  name: string,
  options: { parent?: string; title?: string; costCentre?: string } = {},
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: {
      name,
      title: options.title ?? name,
      ...(options.costCentre && {
        annotations: { 'ai-mesh.io/cost-centre': options.costCentre },
      }),
    },
    spec: {
      type: 'department',
      children: [],
      ...(options.parent && { parent: options.parent }),
    },
  };
}

export function application(
  name: string,
  owner: string,
  type = 'service',
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, title: `The ${name}` },
    spec: { type, owner, lifecycle: 'production' },
  };
}

export function model(
  name: string,
  options: { price?: string; provider: string; contextTokens?: string },
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name,
      annotations: {
        'ai-mesh.io/kind': 'chat',
        'ai-mesh.io/provider': options.provider,
        'ai-mesh.io/provider-model': `${name}-deployment`,
        ...(options.price && { 'ai-mesh.io/price': options.price }),
        'ai-mesh.io/context-tokens': options.contextTokens ?? '128000',
        'ai-mesh.io/max-output-tokens': '4096',
      },
    },
    spec: { type: 'ai-model', owner: 'research' },
  };
}
