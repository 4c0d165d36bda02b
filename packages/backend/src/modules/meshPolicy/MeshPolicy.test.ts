import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  createPermission,
  Permission,
} from '@backstage/plugin-permission-common';
import {
  booksClosePermission,
  booksReadPermission,
  budgetUpdatePermission,
  departmentReadPermission,
  gatewayReadPermission,
  gpuReadPermission,
  gpuReportPermission,
  keyIssuePermission,
  keyReadPermission,
  keyRevokePermission,
  meshPermissions,
  modelReadPermission,
  priceImportPermission,
  priceReadPermission,
  priceReviewPermission,
  spendReadPermission,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { MeshPolicy } from './MeshPolicy';

const PEOPLE = {
  dana: ['user:default/dana', 'group:default/customer-care'],
  priya: ['user:default/priya', 'group:default/platform-engineering'],
  marcus: ['user:default/marcus', 'group:default/commerce'],
};

const DEPARTMENT_PERMISSIONS = [
  departmentReadPermission,
  keyReadPermission,
  keyIssuePermission,
  keyRevokePermission,
  spendReadPermission,
];

const entityDelete = createPermission({
  name: 'catalog.entity.delete',
  attributes: { action: 'delete' },
});
const entityRead = createPermission({
  name: 'catalog.entity.read',
  attributes: { action: 'read' },
});
const entityRefresh = createPermission({
  name: 'catalog.entity.refresh',
  attributes: { action: 'update' },
});
const podDelete = createPermission({
  name: 'kubernetes.proxy',
  attributes: {},
});

function decide(person: keyof typeof PEOPLE, permission: Permission) {
  const credentials = mockCredentials.user(`user:default/${person}`);
  const info = {
    userEntityRef: `user:default/${person}`,
    ownershipEntityRefs: PEOPLE[person],
  };
  const policy = new MeshPolicy({
    userInfo: mockServices.userInfo.mock({ getUserInfo: async () => info }),
    platformGroup: 'group:default/platform-engineering',
    managerGroups: ['commerce'],
  });
  return policy.handle({ permission }, { credentials, info });
}

it.each([...meshPermissions, entityRead, entityDelete, podDelete])(
  'lets the platform engineer do everything: $name',
  async permission => {
    expect(await decide('priya', permission)).toEqual({
      result: AuthorizeResult.ALLOW,
    });
  },
);

it.each([
  ['dana', 'group:default/customer-care'],
  ['marcus', 'group:default/commerce'],
] as const)('keeps %s to %s and what is below it', async (person, group) => {
  for (const permission of DEPARTMENT_PERMISSIONS) {
    expect(await decide(person, permission)).toEqual({
      result: AuthorizeResult.CONDITIONAL,
      pluginId: 'ai-mesh',
      resourceType: 'ai-mesh-department',
      conditions: {
        rule: 'IN_DEPARTMENT',
        resourceType: 'ai-mesh-department',
        params: { departmentRefs: [group] },
      },
    });
  }
});

it.each(['dana', 'marcus'] as const)(
  'lets %s read models, prices, the catalog and how the gateway does, but change neither budgets, prices nor entities',
  async person => {
    const results = await Promise.all(
      [
        modelReadPermission,
        gatewayReadPermission,
        priceReadPermission,
        entityRead,
        entityRefresh,
        budgetUpdatePermission,
        priceImportPermission,
        priceReviewPermission,
        entityDelete,
        podDelete,
      ].map(async permission => (await decide(person, permission)).result),
    );
    expect(results).toEqual([
      'ALLOW',
      'ALLOW',
      'ALLOW',
      'ALLOW',
      'ALLOW',
      'DENY',
      'DENY',
      'DENY',
      'DENY',
      'DENY',
    ]);
  },
);

it.each(['dana', 'marcus'] as const)(
  'shows %s no whole GPU machines, and takes no usage of them',
  async person => {
    for (const permission of [gpuReadPermission, gpuReportPermission]) {
      expect(await decide(person, permission)).toEqual({
        result: AuthorizeResult.DENY,
      });
    }
  },
);

it.each([
  ['marcus', 'ALLOW'],
  ['dana', 'DENY'],
] as const)(
  'shows the books of the company to managers: %s, %s',
  async (person, result) => {
    expect((await decide(person, booksReadPermission)).result).toBe(result);
    expect((await decide(person, booksClosePermission)).result).toBe('DENY');
  },
);

it('refuses whoever is not signed in', async () => {
  const policy = new MeshPolicy({ userInfo: mockServices.userInfo.mock() });
  expect(await policy.handle({ permission: modelReadPermission })).toEqual({
    result: AuthorizeResult.DENY,
  });
});
