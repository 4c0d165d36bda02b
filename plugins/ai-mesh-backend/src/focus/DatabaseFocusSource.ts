import { ConflictError } from '@backstage/errors';
import { ChargeClass } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { asText } from '../database/asText';
import { bitOf } from '../ledger/lineFlags';
import { FocusPrices } from './chargePrice';
import { FocusCharge } from './FocusCharge';
import { FocusSource } from './FocusSource';
import { RememberedPrices } from './RememberedPrices';
import { splitCharges } from './splitCharges';
import { ABOUT_COLUMNS, DayOfSums, SumRow, toCharges } from './sumRows';

const DAY_MS = 86_400_000;
const PAGE_SIZE = 1_000;
const GPU_CLASSES: ChargeClass[] = ['machine-time', 'gpu-time'];

/** {@link FocusSource} on the ledger. */
export class DatabaseFocusSource implements FocusSource {
  readonly #database: Knex;
  readonly #prices: FocusPrices;

  constructor(options: { database: Knex; prices: FocusPrices }) {
    this.#database = options.database;
    this.#prices = options.prices;
  }

  async *charges(query: {
    month: string;
    departmentRefs?: readonly string[];
  }): AsyncIterable<FocusCharge> {
    if (query.departmentRefs?.length === 0) return;
    const prices = new RememberedPrices(this.#prices);
    const { first, next } = monthRange(query.month);
    await this.#requireLateLines(query.month);
    for (let day = first; day < next; day += DAY_MS) {
      yield* this.#chargesOf({ ...query, day }, prices);
    }
    for (const day of await this.#correctedDays(query.month)) {
      for (const correction of ['added', 'taken-back'] as const) {
        yield* this.#chargesOf({ ...query, day, correction }, prices);
      }
    }
  }

  async *#chargesOf(
    day: DayOfSums,
    prices: RememberedPrices,
  ): AsyncIterable<FocusCharge> {
    for (let after = 0; ; ) {
      const rows: SumRow[] = await this.#sums(day)
        .whereNotIn('about.charge_class', GPU_CLASSES)
        .where('sums.dimension_id', '>', after)
        .limit(PAGE_SIZE);
      yield* await prices.addTo(toCharges(rows, day));
      if (rows.length < PAGE_SIZE) break;
      after = rows[rows.length - 1].dimension_id;
    }
    // a day of machines fits into memory: pools and sizes × those who had a part
    const gpuRows: SumRow[] = await this.#sums(day).whereIn(
      'about.charge_class',
      GPU_CLASSES,
    );
    yield* splitCharges(await prices.addTo(toCharges(gpuRows, day)), {
      isWhole: day.departmentRefs === undefined,
    });
  }

  #sums(day: DayOfSums): Knex.QueryBuilder {
    const database = this.#database;
    const sums = day.correction
      ? this.#correctionsOf(day)
      : database('rollup_daily').where('bucket', day.day).as('sums');
    const query = database
      .from(sums)
      .join('ledger_dimensions as about', 'about.id', 'sums.dimension_id')
      .where('about.correction', day.correction !== undefined)
      .orderBy('sums.dimension_id')
      .select(
        'sums.dimension_id',
        asText(database, 'sums.requests', 'requests'),
        asText(database, 'sums.quantity', 'quantity'),
        asText(database, 'sums.cost_pico', 'cost'),
        asText(database, 'sums.estimated_pico', 'estimated'),
        asText(database, 'sums.avoided_pico', 'avoided'),
        ...ABOUT_COLUMNS.map(column => `about.${column}`),
      );
    return day.departmentRefs
      ? query.whereIn('about.department_ref', day.departmentRefs)
      : query;
  }

  /** The roll-up knows when a correction counts, but not of which day it is: the lines do. */
  #correctionsOf({ month, day, correction }: DayOfSums): Knex.QueryBuilder {
    const estimated = bitOf('estimated');
    const sum = (expression: string, name: string) =>
      this.#database.raw(`sum(${expression}) as ${name}`);
    return this.#lateLines(month)
      .where('occurred_on', dayNumberOf(day))
      .andWhereRaw(
        correction === 'taken-back'
          ? '(cost_pico < 0 or quantity < 0)'
          : '(cost_pico >= 0 and quantity >= 0)',
      )
      .groupBy('dimension_id')
      .select(
        'dimension_id',
        sum(
          'case when line_no = 0 and revision = 0 then 1 else 0 end',
          'requests',
        ),
        sum('quantity', 'quantity'),
        sum('cost_pico', 'cost_pico'),
        sum(
          `case when flags & ${estimated} > 0 then cost_pico else 0 end`,
          'estimated_pico',
        ),
        sum('avoided_pico', 'avoided_pico'),
      )
      .as('sums');
  }

  async #correctedDays(month: string): Promise<number[]> {
    const days: number[] = await this.#lateLines(month)
      .distinct('occurred_on')
      .orderBy('occurred_on')
      .pluck('occurred_on');
    return days.map(epochOf);
  }

  /**
   * Lines are not kept as long as roll-ups. Without those of a correction nobody can tell which day it corrects, and
   * an export would leave money out.
   *
   * @throws ConflictError when the lines that correct earlier months are gone
   */
  async #requireLateLines(month: string): Promise<void> {
    const { first, next } = monthRange(month);
    const database = this.#database;
    const sums = (query: Knex.QueryBuilder) =>
      query.select(
        database.raw(
          `cast(coalesce(sum(cost_pico), 0) as text) || ' ' || cast(coalesce(sum(quantity), 0) as text)`,
        ),
      );
    // one statement: what is booked meanwhile stands in both, or in neither
    const row: { counted: string; kept: string } = await database
      .select({
        counted: sums(
          database('rollup_daily')
            .where('bucket', '>=', first)
            .andWhere('bucket', '<', next)
            .whereIn(
              'dimension_id',
              database('ledger_dimensions')
                .where('correction', true)
                .select('id'),
            ),
        ),
        kept: sums(this.#lateLines(month)),
      })
      .first();
    if (row.counted === row.kept) return;
    throw new ConflictError(
      `Cannot export ${month}: it holds corrections of earlier months, whose lines are no longer kept. Export months before their lines end (docs/focus-export.md)`,
    );
  }

  /** Every line of a closed month carries the flag `late`; `flags > 1` is what the index knows. */
  #lateLines(month: string): Knex.QueryBuilder {
    const { first, next } = monthRange(month);
    return this.#database('ledger_lines')
      .where('flags', '>', 1)
      .andWhere('posted_on', '>=', dayNumberOf(first))
      .andWhere('posted_on', '<', dayNumberOf(next))
      .andWhereRaw('flags & ? > 0', [bitOf('late')]);
  }
}

/** The first moment of a month, and of the one after. */
function monthRange(month: string): { first: number; next: number } {
  const [year, monthOfYear] = month.split('-').map(Number);
  return {
    first: Date.UTC(year, monthOfYear - 1, 1),
    next: Date.UTC(year, monthOfYear, 1),
  };
}

function dayNumberOf(epochMs: number): number {
  return Number(new Date(epochMs).toISOString().slice(0, 10).replace(/-/g, ''));
}

function epochOf(day: number): number {
  return Date.UTC(
    Math.floor(day / 10_000),
    (Math.floor(day / 100) % 100) - 1,
    day % 100,
  );
}
