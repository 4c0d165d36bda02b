/**
 * What backends, modules and permission policies around Sovereign AI Mesh build on.
 *
 * @packageDocumentation
 */
export {
  HASH_SECRET_MIN_LENGTH,
  hashKey,
  hashesEqual,
  generateKey,
} from './keys/hashKey';
export {
  departmentResourceRef,
  departmentRules,
  departmentConditions,
  createDepartmentConditionalDecision,
  isInDepartment,
  matchesDepartment,
} from './permissions/rules';
export type { DepartmentResource, DepartmentFilter } from './permissions/rules';
export { meshSeedingExtensionPoint } from './seeding/seeding';
export type {
  MeshSeed,
  MeshSeedContext,
  MeshSeedingExtensionPoint,
} from './seeding/seeding';
export * from './classifiers/classifiers';
export { meshUsageSinkExtensionPoint } from './sinks/sinks';
export type {
  MeshUsageSinkExtensionPoint,
  SinkLine,
  SinkLineAbout,
  UsageSink,
} from './sinks/sinks';
export { meshPriceSourceExtensionPoint } from './prices/prices';
export type {
  MeshPriceSourceExtensionPoint,
  PriceOffer,
  PriceSource,
} from './prices/prices';
