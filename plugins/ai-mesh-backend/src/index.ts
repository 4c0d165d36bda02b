/**
 * Control plane of Sovereign AI Mesh.
 *
 * @packageDocumentation
 */
export { aiMeshPlugin as default } from './plugin';
