import { createPermission } from '@backstage/plugin-permission-common';

/** The resource type of everything that belongs to a department. @public */
export const RESOURCE_TYPE_DEPARTMENT = 'ai-mesh-department';

/** See the model catalog. @public */
export const modelReadPermission = createPermission({
  name: 'ai-mesh.model.read',
  attributes: { action: 'read' },
});

/** See a department, its applications and its budget. @public */
export const departmentReadPermission = createPermission({
  name: 'ai-mesh.department.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_DEPARTMENT,
});

/** See the gateway keys of a department; never their secrets. @public */
export const keyReadPermission = createPermission({
  name: 'ai-mesh.key.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_DEPARTMENT,
});

/** Issue a gateway key for an application of a department. @public */
export const keyIssuePermission = createPermission({
  name: 'ai-mesh.key.issue',
  attributes: { action: 'create' },
  resourceType: RESOURCE_TYPE_DEPARTMENT,
});

/** Revoke a gateway key of a department. @public */
export const keyRevokePermission = createPermission({
  name: 'ai-mesh.key.revoke',
  attributes: { action: 'delete' },
  resourceType: RESOURCE_TYPE_DEPARTMENT,
});

/** See what a department spent. @public */
export const spendReadPermission = createPermission({
  name: 'ai-mesh.spend.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_DEPARTMENT,
});

/** Set the monthly budget of a department. @public */
export const budgetUpdatePermission = createPermission({
  name: 'ai-mesh.budget.update',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_DEPARTMENT,
});

/** See how the gateway's replicas and the targets behind them do. @public */
export const gatewayReadPermission = createPermission({
  name: 'ai-mesh.gateway.read',
  attributes: { action: 'read' },
});

/** See the price book. @public */
export const priceReadPermission = createPermission({
  name: 'ai-mesh.price.read',
  attributes: { action: 'read' },
});

/** Upload prices. @public */
export const priceImportPermission = createPermission({
  name: 'ai-mesh.price.import',
  attributes: { action: 'create' },
});

/** Decide on price changes that wait for a person. @public */
export const priceReviewPermission = createPermission({
  name: 'ai-mesh.price.review',
  attributes: { action: 'update' },
});

/** See whole GPU machines: what nobody had of them, and what spot saved. @public */
export const gpuReadPermission = createPermission({
  name: 'ai-mesh.gpu.read',
  attributes: { action: 'read' },
});

/** Report what GPU machines were used for. @public */
export const gpuReportPermission = createPermission({
  name: 'ai-mesh.gpu.report',
  attributes: { action: 'create' },
});

/** See the books: months, invoices, and how good the data is; of the whole company. @public */
export const booksReadPermission = createPermission({
  name: 'ai-mesh.books.read',
  attributes: { action: 'read' },
});

/** Close months, take in invoices, post differences, decide about records in quarantine. @public */
export const booksClosePermission = createPermission({
  name: 'ai-mesh.books.close',
  attributes: { action: 'update' },
});

/** Every permission of the plugin. @public */
export const meshPermissions = [
  modelReadPermission,
  departmentReadPermission,
  keyReadPermission,
  keyIssuePermission,
  keyRevokePermission,
  spendReadPermission,
  budgetUpdatePermission,
  gatewayReadPermission,
  priceReadPermission,
  priceImportPermission,
  priceReviewPermission,
  gpuReadPermission,
  gpuReportPermission,
  booksReadPermission,
  booksClosePermission,
];
