import { Entity } from '@backstage/catalog-model';

/** A company of three groups, one application and three models: the smallest on which all rules show. */
export function exampleCompany(): Entity[] {
  return [
    group('company', 'organization'),
    group('sales', 'department', 'company'),
    group('research', 'department', 'company'),
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'support-bot', title: 'Support bot' },
      spec: {
        type: 'service',
        lifecycle: 'production',
        owner: 'group:default/sales',
      },
      relations: [{ type: 'ownedBy', targetRef: 'group:default/sales' }],
    },
    model('gpt-4o', 'chat', 'openai/gpt-4o', {
      context: 128_000,
      output: 16_384,
    }),
    model('gpt-4o-mini', 'chat', 'openai/gpt-4o-mini', {
      context: 128_000,
      output: 16_384,
    }),
    model(
      'text-embedding-3-small',
      'embedding',
      'openai/text-embedding-3-small',
      {
        context: 8_191,
        output: 0,
      },
    ),
  ];
}

export const APPLICATION_REF = 'component:default/support-bot';
export const DEPARTMENT_REF = 'group:default/sales';
export const ROOT_REF = 'group:default/company';
export const MODEL_NAMES = ['gpt-4o', 'gpt-4o-mini', 'text-embedding-3-small'];

function group(name: string, type: string, parent?: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: {
      name,
      annotations: { 'ai-mesh.io/cost-centre': `CC-${name}` },
    },
    spec: {
      type,
      children: [],
      ...(parent && { parent: `group:default/${parent}` }),
    },
    relations: parent
      ? [{ type: 'childOf', targetRef: `group:default/${parent}` }]
      : [],
  };
}

function model(
  name: string,
  kind: string,
  price: string,
  tokens: { context: number; output?: number },
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name,
      annotations: {
        'ai-mesh.io/kind': kind,
        'ai-mesh.io/provider': 'simulator',
        'ai-mesh.io/provider-model': name,
        'ai-mesh.io/price': price,
        'ai-mesh.io/context-tokens': String(tokens.context),
        ...(tokens.output && {
          'ai-mesh.io/max-output-tokens': String(tokens.output),
        }),
      },
    },
    spec: {
      type: 'ai-model',
      owner: 'group:default/research',
      lifecycle: 'production',
    },
    relations: [{ type: 'ownedBy', targetRef: 'group:default/research' }],
  };
}
