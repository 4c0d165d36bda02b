import {
  chargeClassSchema,
  FlaggedLine,
  PicoUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import {
  bitOf,
  LINE_FLAGS,
  LineFlag,
  readFlagBits,
} from '../../ledger/lineFlags';
import { daysOfMonth, MonthNumber, monthRange } from '../monthNumber';
import { QualityStore } from './QualityStore';

/** The quality of data in SQL. Odd lines are few and have an index of their own; sums come from the roll-ups. */
export class DatabaseQualityStore implements QualityStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async suspense(month: MonthNumber) {
    const sums = new Map<string, bigint>();
    for (const [side, sign] of [
      ['debit', 1n],
      ['credit', -1n],
    ] as const) {
      const rows: { owner: string; cost: string }[] = await this.#sums(month)
        .join(
          'ledger_accounts as account',
          'account.id',
          `about.${side}_account_id`,
        )
        .where('account.kind', 'suspense')
        .groupBy('account.owner')
        .select(
          'account.owner as owner',
          this.#database.raw('cast(sum(sums.cost_pico) as text) as cost'),
        );
      for (const { owner, cost } of rows) {
        sums.set(owner, (sums.get(owner) ?? 0n) + sign * BigInt(cost));
      }
    }
    return [...sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([reason, cost]) => ({ reason, costPicoUsd: picoUsd(cost) }));
  }

  async flags(month: MonthNumber) {
    const rows: { flags: number; lines: string; cost: string }[] =
      await this.#flagged(month)
        .groupBy('flags')
        .select(
          'flags',
          this.#database.raw('cast(count(*) as text) as lines'),
          this.#database.raw('cast(sum(cost_pico) as text) as cost'),
        );
    const sums = new Map<LineFlag, { lines: number; cost: bigint }>();
    for (const { flags, lines, cost } of rows) {
      for (const flag of readFlagBits(flags)) {
        const sum = sums.get(flag) ?? { lines: 0, cost: 0n };
        sum.lines += Number(lines);
        sum.cost += BigInt(cost);
        sums.set(flag, sum);
      }
    }
    return LINE_FLAGS.flatMap(flag => {
      const sum = sums.get(flag);
      if (!sum || flag === 'estimated') return [];
      return [{ flag, lines: sum.lines, costPicoUsd: picoUsd(sum.cost) }];
    });
  }

  async cost(
    month: MonthNumber,
  ): Promise<{ costPicoUsd: PicoUsd; estimatedPicoUsd: PicoUsd }> {
    const sum = (name: string) =>
      this.#database.raw(
        `cast(coalesce(sum(sums.${name}), 0) as text) as ${name}`,
      );
    const row = await this.#sums(month)
      .join(
        'ledger_accounts as account',
        'account.id',
        'about.debit_account_id',
      )
      .whereNot('account.kind', 'clearing') // what stands there is counted where it goes to
      .first<{ cost_pico: string; estimated_pico: string }>(
        sum('cost_pico'),
        sum('estimated_pico'),
      );
    return {
      costPicoUsd: picoUsd(BigInt(row.cost_pico)),
      estimatedPicoUsd: picoUsd(BigInt(row.estimated_pico)),
    };
  }

  async flaggedLines(
    query: Parameters<QualityStore['flaggedLines']>[0],
  ): Promise<{ items: FlaggedLine[]; total: number }> {
    const { month, flag, offset, limit } = query;
    const [{ total }] = await this.#flagged(month)
      .andWhereRaw('flags & ? <> 0', [bitOf(flag)])
      .count({ total: '*' });
    const asText = (name: string) =>
      this.#database.raw(`cast(${name} as text) as ${name}`);
    const { first, last } = daysOfMonth(month);
    const rows = await this.#database('ledger_entries')
      .whereBetween('posted_on', [first, last])
      .andWhere('flags', '>', 1)
      .andWhereRaw('flags & ? <> 0', [bitOf(flag)])
      .orderBy([
        { column: 'ledger_entries.occurred_at', order: 'desc' },
        ...['request_id', 'attempt', 'line_no', 'revision'],
      ])
      .offset(offset)
      .limit(limit)
      .select(
        '*',
        ...['occurred_at', 'booked_at', 'quantity', 'cost_pico'].map(asText),
      );
    return { items: rows.map(toFlaggedLine), total: Number(total) };
  }

  #sums(month: MonthNumber): Knex.QueryBuilder {
    const { from, to } = monthRange(month);
    return this.#database('rollup_daily as sums')
      .join('ledger_dimensions as about', 'about.id', 'sums.dimension_id')
      .where('sums.bucket', '>=', from)
      .andWhere('sums.bucket', '<', to);
  }

  /** As the partial index has them. */
  #flagged(month: MonthNumber): Knex.QueryBuilder {
    const { first, last } = daysOfMonth(month);
    return this.#database('ledger_lines')
      .whereBetween('posted_on', [first, last])
      .andWhere('flags', '>', 1);
  }
}

function toFlaggedLine(row: {
  request_id: string;
  attempt: number;
  line_no: number;
  revision: number;
  occurred_at: string;
  booked_at: string;
  department_ref: string;
  application_ref: string;
  key_id: string;
  model: string;
  provider: string;
  charge_class: string;
  quantity: string;
  cost_pico: string;
  flags: number;
  debit_kind: string;
  debit_owner: string;
  credit_kind: string;
  credit_owner: string;
  replica_id: string | null;
}): FlaggedLine {
  return {
    requestId: row.request_id,
    attempt: row.attempt,
    lineNo: row.line_no,
    revision: row.revision,
    occurredAt: new Date(Number(row.occurred_at)).toISOString(),
    bookedAt: new Date(Number(row.booked_at)).toISOString(),
    departmentRef: row.department_ref,
    applicationRef: row.application_ref,
    keyId: row.key_id,
    model: row.model,
    provider: row.provider,
    chargeClass: chargeClassSchema.parse(row.charge_class),
    quantity: row.quantity,
    costPicoUsd: picoUsd(BigInt(row.cost_pico)),
    flags: readFlagBits(row.flags),
    debit: `${row.debit_kind}:${row.debit_owner}`,
    credit: `${row.credit_kind}:${row.credit_owner}`,
    ...(row.replica_id !== null && { replicaId: row.replica_id }),
  };
}
