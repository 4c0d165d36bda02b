/**
 * The gateway's money without its HTTP: for whole journeys in other packages.
 *
 * @packageDocumentation
 */
export { Journal } from './journal/Journal';
export type { Hold } from './leases/Lease';
export { Leases } from './leases/Leases';
export type { ControlPlane } from './link/ControlPlane';
export { compileSnapshot } from './snapshot/CompiledSnapshot';
export type { CompiledScope } from './snapshot/compileScopes';
