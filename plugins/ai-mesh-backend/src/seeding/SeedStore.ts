/** Remembers which seeds were run to their end. */
export interface SeedStore {
  completed(): Promise<Set<string>>;
  complete(id: string, at: Date): Promise<void>;
}
