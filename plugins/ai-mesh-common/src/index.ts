/**
 * What the planes, the pages and the tools of Sovereign AI Mesh share: money, schemas, permissions, client.
 *
 * @packageDocumentation
 */
export * from './money';
export * from './invariant';
export * from './json';
export * from './keys/keyFormat';
export * from './permissions';
export * from './schemas';
export * from './client/MeshClient';
export type { MeshClientOptions, RequestOptions } from './client/MeshRequester';
export type { BudgetsApi } from './client/BudgetsClient';
export type { PricesApi } from './client/PricesClient';
export type { GpuApi } from './client/GpuClient';
export type { BooksApi } from './client/BooksClient';
export type { ExportedFile, FocusApi } from './client/FocusClient';
