/**
 * Copies what Sovereign AI Mesh books to ClickHouse.
 *
 * @packageDocumentation
 */
export { aiMeshClickHouseModule as default } from './module';
