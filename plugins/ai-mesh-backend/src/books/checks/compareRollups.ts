import {
  LedgerDifference,
  tokenClassSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { isPostgres } from '../../database/insertRows';
import { bitOf } from '../../ledger/lineFlags';
import { DayNumber } from '../../ledger/posting';
import { ROLLUP_BUCKETS, RollupTable } from '../../ledger/rollup';
import { startOfDay } from '../monthNumber';

const DAY_MS = 86_400_000;
/** Differences that are told; a thousand of them mean the same as ten. */
const MOST_TOLD = 50;

const AMOUNTS = [
  'requests',
  'quantity',
  'cost_pico',
  'estimated_pico',
  'avoided_pico',
] as const;
type Amount = (typeof AMOUNTS)[number];

/** These count for the time of their booking instead of their own. */
const MOVED = bitOf('late') + bitOf('clock-skew');
const ESTIMATED = bitOf('estimated');
const CALL_CLASSES = tokenClassSchema.options
  .map(each => `'${each}'`)
  .join(', ');

interface DifferenceRow extends Record<`${'line' | 'kept'}_${Amount}`, string> {
  bucket: string;
  department_ref: string | null;
  model: string | null;
  charge_class: string | null;
  differing: string;
}

/** Where roll-ups are not the sums of their lines. */
export interface RollupComparison {
  /** How many sums differ. */
  count: number;
  /** The first ones. */
  differences: LedgerDifference[];
}

/**
 * Sums the lines of some days anew and compares them with a table of roll-ups, to the unit and the pico-dollar. The
 * database does it in one statement, and only what differs leaves it.
 *
 * @param database - in a transaction that sees one moment, or while nobody posts: otherwise a booking in between looks
 *   like a difference
 * @param options - `withCorrections`: whether lines of closed months that were posted in these days are kept, too
 */
export async function compareRollups(
  database: Knex,
  options: {
    table: RollupTable;
    fromDay: DayNumber;
    toDay: DayNumber;
    withCorrections: boolean;
  },
): Promise<RollupComparison> {
  const rows = await readDifferences(database, options);
  return {
    count: rows.length === 0 ? 0 : Number(rows[0].differing),
    differences: rows.map(row => describe(row, options.table)),
  };
}

async function readDifferences(
  database: Knex,
  options: Parameters<typeof compareRollups>[1],
): Promise<DifferenceRow[]> {
  const { table, fromDay, toDay, withCorrections } = options;
  const isCorrection = isPostgres(database)
    ? 'about.correction'
    : 'about.correction = 1';
  const corrections = withCorrections ? '' : `and not (${isCorrection})`;
  const text = (name: string) => `cast(coalesce(${name}, 0) as text)`;
  const sql = `
    with posted as (
      select lines.*, lines.occurred_at as posted_at from ledger_lines as lines
      where lines.occurred_on between ? and ? and lines.flags & ${MOVED} = 0
      union all
      select lines.*, batches.booked_at from ledger_lines as lines
      join ledger_batches as batches on batches.id = lines.batch_id
      where lines.posted_on between ? and ? and lines.flags > 1 and lines.flags & ${MOVED} <> 0
    ),
    summed as (
      select posted.posted_at - posted.posted_at % ${
        ROLLUP_BUCKETS[table]
      } as bucket, posted.dimension_id,
        sum(case when posted.line_no = 0 and posted.revision = 0
          and about.charge_class in (${CALL_CLASSES}) then 1 else 0 end) as requests,
        sum(posted.quantity) as quantity, sum(posted.cost_pico) as cost_pico,
        sum(case when posted.flags & ${ESTIMATED} <> 0 then posted.cost_pico else 0 end) as estimated_pico,
        sum(posted.avoided_pico) as avoided_pico
      from posted join ledger_dimensions as about on about.id = posted.dimension_id
      where true ${corrections}
      group by 1, 2
    ),
    kept as (
      select sums.* from ${table} as sums
      join ledger_dimensions as about on about.id = sums.dimension_id
      where sums.bucket >= ? and sums.bucket < ? ${corrections}
    )
    select cast(coalesce(summed.bucket, kept.bucket) as text) as bucket,
      about.department_ref, about.model, about.charge_class,
      cast(count(*) over () as text) as differing,
      ${AMOUNTS.map(
        name =>
          `${text(`summed.${name}`)} as line_${name}, ${text(
            `kept.${name}`,
          )} as kept_${name}`,
      ).join(', ')}
    from summed full outer join kept
      on kept.bucket = summed.bucket and kept.dimension_id = summed.dimension_id
    left join ledger_dimensions as about
      on about.id = coalesce(summed.dimension_id, kept.dimension_id)
    where ${AMOUNTS.map(
      name => `coalesce(summed.${name}, 0) <> coalesce(kept.${name}, 0)`,
    ).join(' or ')}
    order by 1, 2, 3, 4
    limit ${MOST_TOLD}`;
  const result = await database.raw(sql, [
    fromDay,
    toDay,
    fromDay,
    toDay,
    startOfDay(fromDay),
    startOfDay(toDay) + DAY_MS,
  ]);
  return isPostgres(database) ? result.rows : result;
}

function describe(row: DifferenceRow, table: RollupTable): LedgerDifference {
  const amount =
    AMOUNTS.find(name => row[`line_${name}`] !== row[`kept_${name}`]) ??
    AMOUNTS[0];
  const moment = new Date(Number(row.bucket)).toISOString();
  return {
    what: table,
    when:
      table === 'rollup_hourly'
        ? `${moment.slice(0, 13)}:00Z`
        : moment.slice(0, 10),
    about: [row.department_ref ?? '', row.model ?? '', row.charge_class ?? '']
      .filter(each => each !== '')
      .join(', '),
    amount,
    ofLines: row[`line_${amount}`],
    kept: row[`kept_${amount}`],
  };
}
