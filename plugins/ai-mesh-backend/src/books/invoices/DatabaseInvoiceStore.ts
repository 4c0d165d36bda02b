import {
  ChargeClass,
  chargeClassSchema,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Knex } from 'knex';
import { insertRows } from '../../database/insertRows';
import { inTransaction } from '../../database/inTransaction';
import { bitOf } from '../../ledger/lineFlags';
import { daysOfMonth, MonthNumber, monthRange } from '../monthNumber';
import { adjustedClass } from './adjustments';
import { InvoiceStore, OwedSum, StoredInvoice } from './InvoiceStore';
import { InvoiceLine } from './readInvoice';

const LATE = bitOf('late');

interface InvoiceRow {
  id: number;
  month: number;
  provider: string;
  file_name: string;
  uploaded_by: string;
  uploaded_at: string;
  later: number | string;
}

interface OwedRow {
  provider: string;
  model: string;
  price_version_id: string;
  charge_class: string;
  target_id: string;
  amount: string;
}

/** Invoices in SQL. */
export class DatabaseInvoiceStore implements InvoiceStore {
  readonly #database: Knex;

  constructor(options: { database: Knex }) {
    this.#database = options.database;
  }

  async add(invoice: Parameters<InvoiceStore['add']>[0]): Promise<number> {
    return inTransaction(this.#database, async transaction => {
      const { month, provider, digest } = invoice;
      const upload = {
        file_name: invoice.fileName,
        uploaded_by: invoice.by,
        uploaded_at: invoice.at.getTime(),
      };
      const [{ id }] = await transaction('invoices')
        .insert({ month, provider, digest, ...upload })
        .onConflict(['month', 'provider', 'digest'])
        .merge(upload)
        .returning<{ id: number }[]>('id');
      await transaction('invoice_lines').where({ invoice_id: id }).delete();
      await insertRows(transaction, {
        table: 'invoice_lines',
        columns: {
          invoice_id: 'integer',
          model: 'text',
          charge_class: 'text',
          amount_pico: 'amount',
          row_count: 'integer',
        },
        rows: invoice.lines.map(line => ({
          invoice_id: id,
          model: line.model,
          charge_class: line.chargeClass ?? '',
          amount_pico: line.amount,
          row_count: line.rowCount,
        })),
        then: '',
      });
      return id;
    });
  }

  async find(id: number): Promise<StoredInvoice | undefined> {
    const row = await this.#select().where('invoices.id', id).first();
    return row && (await this.#withLines([row]))[0];
  }

  async list(
    query: Parameters<InvoiceStore['list']>[0],
  ): Promise<{ items: StoredInvoice[]; total: number }> {
    const { month, onlyPresent, offset, limit } = query;
    const narrow = (builder: Knex.QueryBuilder) => {
      if (month !== undefined) builder.where('invoices.month', month);
      if (onlyPresent) builder.whereNotExists(this.#later());
      return builder;
    };
    const [{ total }] = await narrow(this.#database('invoices')).count({
      total: '*',
    });
    const rows: InvoiceRow[] = await narrow(this.#select())
      .orderBy([
        { column: 'invoices.uploaded_at', order: 'desc' },
        { column: 'invoices.id', order: 'desc' },
      ])
      .offset(offset)
      .limit(limit);
    return { items: await this.#withLines(rows), total: Number(total) };
  }

  async owed(month: MonthNumber): Promise<OwedSum[]> {
    const [inTime, late] = await Promise.all([
      this.#owedInTime(month),
      this.#owedLate(month),
    ]);
    return [...inTime, ...late].map(row => ({
      provider: row.provider,
      model: row.model,
      priceVersionId: row.price_version_id,
      chargeClass: classOf(row),
      amount: picoUsd(BigInt(row.amount)),
    }));
  }

  async nextRevisions(
    month: MonthNumber,
    requestIds: readonly string[],
  ): Promise<ReadonlyMap<string, number>> {
    const next = new Map(requestIds.map(id => [id, 0]));
    const rows = await this.#database('ledger_lines')
      .where('occurred_on', daysOfMonth(month).last)
      .whereIn('request_id', [...requestIds])
      .groupBy('request_id')
      .select<{ id: string; revision: number }[]>(
        'request_id as id',
        this.#database.raw('max(revision) as revision'),
      );
    for (const { id, revision } of rows) next.set(id, revision + 1);
    return next;
  }

  async #owedInTime(month: MonthNumber): Promise<OwedRow[]> {
    const { from, to } = monthRange(month);
    return this.#owedOf(
      this.#database('rollup_daily as sums')
        .where('sums.bucket', '>=', from)
        .andWhere('sums.bucket', '<', to),
    ).where('about.correction', false);
  }

  async #owedLate(month: MonthNumber): Promise<OwedRow[]> {
    const { first, last } = daysOfMonth(month);
    return this.#owedOf(
      this.#database('ledger_lines as sums')
        .whereBetween('sums.occurred_on', [first, last])
        .andWhere('sums.posted_on', '>', last)
        .andWhere('sums.flags', '>', 1) // as the partial index has it
        .andWhereRaw('sums.flags & ? <> 0', [LATE]),
    ).where('about.correction', true);
  }

  /** A cost counts where it comes from a provider; what moves on from a clearing account was counted there. */
  #owedOf(sums: Knex.QueryBuilder): Knex.QueryBuilder {
    const about = [
      'model',
      'price_version_id',
      'charge_class',
      'target_id',
    ].map(name => `about.${name}`);
    return sums
      .join('ledger_dimensions as about', 'about.id', 'sums.dimension_id')
      .join('ledger_accounts as credit', 'credit.id', 'about.credit_account_id')
      .where('credit.kind', 'payable')
      .groupBy(['credit.owner', ...about])
      .select(
        'credit.owner as provider',
        ...about,
        this.#database.raw('cast(sum(sums.cost_pico) as text) as amount'),
      );
  }

  #select(): Knex.QueryBuilder {
    return this.#database('invoices').select(
      'invoices.id',
      'invoices.month',
      'invoices.provider',
      'invoices.file_name',
      'invoices.uploaded_by',
      this.#database.raw('cast(invoices.uploaded_at as text) as uploaded_at'),
      this.#later().count('*').as('later'),
    );
  }

  /** The invoices that took the place of one. */
  #later(): Knex.QueryBuilder {
    return this.#database('invoices as later')
      .whereRaw('later.month = invoices.month')
      .andWhereRaw('later.provider = invoices.provider')
      .andWhereRaw(
        '(later.uploaded_at > invoices.uploaded_at or (later.uploaded_at = invoices.uploaded_at and later.id > invoices.id))',
      );
  }

  async #withLines(rows: readonly InvoiceRow[]): Promise<StoredInvoice[]> {
    const lines = await this.#database('invoice_lines')
      .whereIn(
        'invoice_id',
        rows.map(row => row.id),
      )
      .orderBy(['invoice_id', 'model', 'charge_class'])
      .select<
        {
          invoice_id: number;
          model: string;
          charge_class: string;
          amount: string;
          row_count: number;
        }[]
      >(
        'invoice_id',
        'model',
        'charge_class',
        this.#database.raw('cast(amount_pico as text) as amount'),
        'row_count',
      );
    return rows.map(row => ({
      id: row.id,
      month: row.month,
      provider: row.provider,
      fileName: row.file_name,
      uploadedBy: row.uploaded_by,
      uploadedAt: new Date(Number(row.uploaded_at)),
      isSuperseded: Number(row.later) > 0,
      lines: lines
        .filter(line => line.invoice_id === row.id)
        .map(
          (line): InvoiceLine => ({
            model: line.model,
            ...(line.charge_class !== '' && {
              chargeClass: chargeClassSchema.parse(line.charge_class),
            }),
            amount: picoUsd(BigInt(line.amount)),
            rowCount: line.row_count,
          }),
        ),
    }));
  }
}

function classOf(row: OwedRow): ChargeClass | undefined {
  const chargeClass = chargeClassSchema.parse(row.charge_class);
  return chargeClass === 'adjustment'
    ? adjustedClass(row.target_id)
    : chargeClass;
}
