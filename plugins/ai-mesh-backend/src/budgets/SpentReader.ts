import {
  BudgetNode,
  PicoUsd,
  picoUsd,
  tokenClassSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { bitOf } from '../ledger/lineFlags';
import { dayOf } from '../ledger/posting';

/** Calls that count against a node. */
export interface SpentQuery {
  node: BudgetNode;
  /** Of a department: itself and all below it. */
  departmentRefs?: readonly string[];
  /** First moment. */
  from: Date;
  /** First moment after. */
  to: Date;
}

/** Reads from the ledger what was spent. */
export interface SpentReader {
  /**
   * What was posted in a span of time, exactly.
   *
   * @param database - the transaction in which it is asked, where there is one
   */
  spentSince(query: SpentQuery, database?: Knex): Promise<PicoUsd>;

  /** The same by the hour, by its first millisecond; only hours with something in them. Hours that are cut are whole. */
  spentByHour(query: SpentQuery): Promise<Map<number, PicoUsd>>;
}

const HOUR_MS = 3_600_000;

/** {@link SpentReader} over the ledger in SQL: whole hours from the roll-ups, what is left of an hour from the lines. */
export class DatabaseSpentReader implements SpentReader {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async spentSince(
    query: SpentQuery,
    database: Knex = this.#database,
  ): Promise<PicoUsd> {
    const [fromMs, toMs] = [query.from.getTime(), query.to.getTime()];
    // months of half-hour zones begin within an hour
    const firstHour = Math.ceil(fromMs / HOUR_MS) * HOUR_MS;
    const endHour = Math.floor(toMs / HOUR_MS) * HOUR_MS;
    let sum = await sumOf(
      onlyOf(rollupsOf(database), query)
        .where('rollup_hourly.bucket', '>=', firstHour)
        .andWhere('rollup_hourly.bucket', '<', endHour),
      'rollup_hourly.cost_pico',
    );
    for (const [startMs, partEndMs] of [
      [fromMs, firstHour],
      [endHour, toMs],
    ]) {
      if (startMs < partEndMs) {
        sum += await sumOfPart(database, query, { startMs, endMs: partEndMs });
      }
    }
    return picoUsd(sum);
  }

  async spentByHour(query: SpentQuery): Promise<Map<number, PicoUsd>> {
    const database = this.#database;
    const rows = await onlyOf(rollupsOf(database), query)
      .where('rollup_hourly.bucket', '>=', query.from.getTime())
      .andWhere('rollup_hourly.bucket', '<', query.to.getTime())
      .groupBy('rollup_hourly.bucket')
      .select<{ bucket: string; cost: string }[]>(
        database.raw('cast(rollup_hourly.bucket as text) as bucket'),
        database.raw('cast(sum(rollup_hourly.cost_pico) as text) as cost'),
      );
    return new Map(
      rows.map(row => [Number(row.bucket), picoUsd(BigInt(row.cost))]),
    );
  }
}

function rollupsOf(database: Knex): Knex.QueryBuilder {
  return database('rollup_hourly').join(
    'ledger_dimensions',
    'ledger_dimensions.id',
    'rollup_hourly.dimension_id',
  );
}

/** What counts for the time of its booking, and not for its own: see postingOf. */
const POSTED_WHEN_BOOKED = bitOf('late') | bitOf('clock-skew');

/** The part of an hour, from the lines themselves. */
async function sumOfPart(
  database: Knex,
  query: SpentQuery,
  { startMs, endMs }: { startMs: number; endMs: number },
): Promise<bigint> {
  const days = [dayOf(new Date(startMs)), dayOf(new Date(endMs - 1))];
  const linesOf = () =>
    onlyOf(
      database('ledger_lines').join(
        'ledger_dimensions',
        'ledger_dimensions.id',
        'ledger_lines.dimension_id',
      ),
      query,
    );
  const ofTheirTime = await sumOf(
    linesOf()
      .whereIn('ledger_lines.occurred_on', days) // one partition, not all of them
      .whereRaw('ledger_lines.flags & ? = 0', [POSTED_WHEN_BOOKED])
      .whereBetween('ledger_lines.occurred_at', [startMs, endMs - 1]),
    'ledger_lines.cost_pico',
  );
  const ofTheirBooking = await sumOf(
    linesOf()
      .join('ledger_batches', 'ledger_batches.id', 'ledger_lines.batch_id')
      .whereIn('ledger_lines.posted_on', days)
      .where('ledger_lines.flags', '>', 1) // has an index
      .whereRaw('ledger_lines.flags & ? <> 0', [POSTED_WHEN_BOOKED])
      .whereBetween('ledger_batches.booked_at', [startMs, endMs - 1]),
    'ledger_lines.cost_pico',
  );
  return ofTheirTime + ofTheirBooking;
}

const COLUMNS = {
  'cost-centre': 'ledger_dimensions.cost_centre',
  application: 'ledger_dimensions.application_ref',
  key: 'ledger_dimensions.key_id',
};

/** Only calls, as in settleLines: no budget pays for machines, nor for differences to invoices. */
function onlyOf(
  query: Knex.QueryBuilder,
  { node, departmentRefs = [] }: SpentQuery,
): Knex.QueryBuilder {
  query.whereIn('ledger_dimensions.charge_class', tokenClassSchema.options);
  if (node.level === 'department') {
    query.whereIn('ledger_dimensions.department_ref', [...departmentRefs]);
  } else {
    query.where(COLUMNS[node.level], node.ref);
  }
  if (node.model !== undefined) {
    query.where('ledger_dimensions.model', node.model);
  }
  return query;
}

async function sumOf(
  query: Knex.QueryBuilder,
  column: string,
): Promise<bigint> {
  const [row] = await query.select<{ sum: string | null }[]>(
    query.client.raw(`cast(sum(${column}) as text) as sum`),
  );
  return BigInt(row.sum ?? 0);
}
