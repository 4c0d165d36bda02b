import { Knex } from 'knex';
import { SeedStore } from './SeedStore';

/** {@link SeedStore} in the plugin's database. */
export class DatabaseSeedStore implements SeedStore {
  readonly #database: Knex;

  constructor(database: Knex) {
    this.#database = database;
  }

  async completed(): Promise<Set<string>> {
    const rows = await this.#database<{ id: string }>('seeds').select('id');
    return new Set(rows.map(row => row.id));
  }

  async complete(id: string, at: Date): Promise<void> {
    await this.#database('seeds')
      .insert({ id, completed_at: at.toISOString() })
      .onConflict('id')
      .ignore();
  }
}
