export * from './shared';
export * from './models';
export * from './departments';
export * from './keys';
export * from './spend';
export * from './gateway';
export { portalInfoSchema } from './portal';
export type { PortalInfo } from './portal';
