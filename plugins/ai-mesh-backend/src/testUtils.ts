/**
 * The control plane's money without its HTTP: for whole journeys and benchmarks in other packages.
 *
 * @packageDocumentation
 */
export { openBudgets } from './testing/openBudgets';
export type { OpenBudgets } from './testing/openBudgets';
export { openLedger } from './testing/openLedger';
export type { OpenLedger } from './testing/openLedger';
