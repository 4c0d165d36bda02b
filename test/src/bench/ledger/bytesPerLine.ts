import { Knex } from 'knex';

/** What a line of the ledger takes on disk, its indexes included, the roll-ups not. */
export async function bytesPerLine(database: Knex): Promise<number> {
  const [{ lines }] = await database('ledger_lines').select(
    database.raw('cast(count(*) as text) as lines'),
  );
  return (await bytesOfLines(database)) / Number(lines);
}

async function bytesOfLines(database: Knex): Promise<number> {
  if (database.client.config.client === 'pg') {
    const { rows } = await database.raw(
      `SELECT cast(sum(pg_total_relation_size(inhrelid)) as text) AS bytes
       FROM pg_inherits WHERE inhparent = 'ledger_lines'::regclass`,
    );
    return Number(rows[0].bytes);
  }
  // a rowid-less table and its partial index are b-trees of their own
  const [{ bytes }] = await database.raw(
    `SELECT sum(pgsize) AS bytes FROM dbstat WHERE name LIKE 'ledger_lines%'`,
  );
  return Number(bytes);
}
