import { Knex } from 'knex';
import { DayNumber } from './posting';

/** The first day whose lines are all kept; 0 while none was ever dropped. Sums in the roll-ups are kept for ever. */
export async function readKeptFrom(database: Knex): Promise<DayNumber> {
  const row = await database('ledger_retention')
    .where({ id: 1 })
    .first<{ kept_from: number } | undefined>('kept_from');
  return row?.kept_from ?? 0;
}
