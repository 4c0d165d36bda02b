import {
  chargeClassSchema,
  picoUsd,
  servedBecauseSchema,
  serviceTierSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { z } from 'zod';
import { AccountKind } from '../../ledger/accounts';
import { LinePartitions } from '../../ledger/LinePartitions';
import { readFlagBits } from '../../ledger/lineFlags';
import { DayNumber, dayOf } from '../../ledger/posting';
import { BackDatedChange } from '../../prices/PriceChangeListener';
import {
  RepricingState,
  RepricingStore,
  StaleQuery,
  StoredLine,
} from './RepricingStore';

const changeSchema: z.ZodType<BackDatedChange> = z.object({
  id: z.string(),
  priceKey: z.string(),
  region: z.string(),
  serviceTier: serviceTierSchema,
  from: z.string(),
  to: z.string(),
  versionId: z.string(),
  replacedVersionId: z.string().optional(),
});

interface RepricingRow {
  change: string;
  next_day: number;
  restated: string;
  started_at: string;
  finished_at: string | null;
}

interface EntryRow {
  request_id: string;
  attempt: number;
  line_no: number;
  revision: number;
  occurred_at: string;
  quantity: string;
  cost_pico: string;
  avoided_pico: string;
  flags: number;
  department_ref: string;
  cost_centre: string | null;
  application_ref: string;
  key_id: string;
  model: string;
  requested_model: string | null;
  served_because: string;
  target_id: string;
  provider: string;
  region: string;
  service_tier: string;
  charge_class: string;
  price_version_id: string;
  above_input_tokens: number;
  source: 'live' | 'demo';
  debit_kind: AccountKind;
  debit_owner: string;
  credit_kind: AccountKind;
  credit_owner: string;
}

/** Corrections in SQL. */
export class DatabaseRepricingStore implements RepricingStore {
  readonly #database: Knex;
  readonly #partitions: LinePartitions;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
    this.#partitions = new LinePartitions(options.database);
  }

  async add(
    change: BackDatedChange,
    options: { nextDay: DayNumber; at: Date },
  ): Promise<void> {
    await this.#database('ledger_repricings')
      .insert({
        id: change.id,
        change: JSON.stringify(change),
        next_day: options.nextDay,
        restated: 0,
        started_at: options.at.getTime(),
      })
      .onConflict('id')
      .ignore();
  }

  async open(): Promise<RepricingState[]> {
    return this.#read(query =>
      query.whereNull('finished_at').orderBy(['started_at', 'id']),
    );
  }

  async list(options: { limit: number }): Promise<RepricingState[]> {
    return this.#read(query =>
      query
        .orderBy([
          { column: 'started_at', order: 'desc' },
          { column: 'id', order: 'desc' },
        ])
        .limit(options.limit),
    );
  }

  async progress(
    id: string,
    progress: { nextDay: DayNumber; restated: bigint; finishedAt?: Date },
  ): Promise<void> {
    await this.#database('ledger_repricings')
      .where({ id })
      .update({
        next_day: progress.nextDay,
        restated: this.#database.raw('restated + cast(? as bigint)', [
          progress.restated.toString(),
        ]),
        ...(progress.finishedAt && {
          finished_at: progress.finishedAt.getTime(),
        }),
      });
  }

  async reopen(options: { finishedSince: Date }): Promise<void> {
    const done = await this.#read(query =>
      query.where('finished_at', '>=', options.finishedSince.getTime()),
    );
    for (const { change } of done) {
      await this.#database('ledger_repricings')
        .where({ id: change.id })
        .update({
          next_day: dayOf(new Date(change.from)),
          finished_at: null,
        });
    }
  }

  async staleRequests(query: StaleQuery): Promise<string[]> {
    const { day, priceVersionIds, from, to, after, limit } = query;
    await this.#partitions.ensure([day]);
    return this.#database(this.#partitions.tableOf(day))
      .distinct('request_id')
      .where('occurred_on', day)
      .andWhere('request_id', '>', after)
      .andWhere('occurred_at', '>=', from)
      .andWhere('occurred_at', '<', to)
      .whereIn(
        'dimension_id',
        this.#database('ledger_dimensions')
          .whereIn('price_version_id', priceVersionIds)
          .select('id'),
      )
      .orderBy('request_id')
      .limit(limit)
      .pluck('request_id');
  }

  async linesOf(
    day: DayNumber,
    requestIds: readonly string[],
  ): Promise<StoredLine[]> {
    const asText = (name: string) =>
      this.#database.raw(`cast(${name} as text) as ${name}`);
    const rows = await this.#database('ledger_entries')
      .where('occurred_on', day)
      .whereIn('request_id', [...requestIds])
      .orderBy(['request_id', 'attempt', 'line_no', 'revision'])
      .select<EntryRow[]>(
        '*',
        ...['occurred_at', 'quantity', 'cost_pico', 'avoided_pico'].map(asText),
      );
    return rows.map(toLine);
  }

  async #read(
    narrow: (query: Knex.QueryBuilder) => Knex.QueryBuilder,
  ): Promise<RepricingState[]> {
    const asText = (name: string) =>
      this.#database.raw(`cast(${name} as text) as ${name}`);
    const rows: RepricingRow[] = await narrow(
      this.#database('ledger_repricings').select(
        'change',
        'next_day',
        ...['restated', 'started_at', 'finished_at'].map(asText),
      ),
    );
    return rows.map(row => ({
      change: changeSchema.parse(JSON.parse(row.change)),
      nextDay: row.next_day,
      restated: BigInt(row.restated),
      startedAt: new Date(Number(row.started_at)),
      ...(row.finished_at !== null && {
        finishedAt: new Date(Number(row.finished_at)),
      }),
    }));
  }
}

function toLine(row: EntryRow): StoredLine {
  return {
    requestId: row.request_id,
    attempt: row.attempt,
    lineNo: row.line_no,
    revision: row.revision,
    occurredAt: new Date(Number(row.occurred_at)),
    departmentRef: row.department_ref,
    ...(row.cost_centre !== null && { costCentre: row.cost_centre }),
    applicationRef: row.application_ref,
    keyId: row.key_id,
    model: row.model,
    ...(row.requested_model !== null && {
      requestedModel: row.requested_model,
    }),
    servedBecause: servedBecauseSchema.parse(row.served_because),
    targetId: row.target_id,
    provider: row.provider,
    region: row.region,
    serviceTier: serviceTierSchema.parse(row.service_tier),
    chargeClass: chargeClassSchema.parse(row.charge_class),
    priceVersionId: row.price_version_id,
    aboveInputTokens: row.above_input_tokens,
    source: row.source,
    debit: { kind: row.debit_kind, owner: row.debit_owner },
    credit: { kind: row.credit_kind, owner: row.credit_owner },
    quantity: BigInt(row.quantity),
    cost: picoUsd(BigInt(row.cost_pico)),
    avoided: picoUsd(BigInt(row.avoided_pico)),
    flags: readFlagBits(row.flags),
  };
}
