/**
 * Reads list prices of Azure into the price book of Sovereign AI Mesh.
 *
 * @packageDocumentation
 */
export { azurePricingModule as default } from './azurePricingModule';
