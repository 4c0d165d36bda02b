import { InvalidFieldsError } from '../../http/InvalidFieldsError';
import { MonthNumber } from '../monthNumber';
import { parseAmount } from './amounts';
import { readMeter } from './azureMeters';
import { InvoiceRow, parseChargeClass, RowProblem } from './InvoiceRow';

/** Takes a cell of a row by its column, in lower case; empty when there is none. */
type Cell = (column: string) => string;

/** How a provider writes its invoices. */
export interface InvoiceShape {
  name: string;
  /** In lower case; a file with all of them has this shape. */
  required: readonly string[];
  /** The column that says when a row is of. */
  dateColumn: string;
  /** @throws RowProblem */
  read(cell: Cell): InvoiceRow;
}

/**
 * The plain shape, which every invoice can be brought into.
 *
 * | column              | what                                                                       |
 * | ------------------- | -------------------------------------------------------------------------- |
 * | `month` or `date`   | `2026-10`, `2026-10-31`, a moment in ISO 8601, or `10/31/2026`             |
 * | `provider`          | as the price book has it, for example `openai`                             |
 * | `model` or `sku`    | a name of the catalog or of the price book; empty for what is of no one model |
 * | `token_class`       | optional; a class of the ledger such as `cached-input`; empty for all      |
 * | `amount`            | US dollars; below zero for a credit note                                   |
 * | `currency`          | optional; USD is the only one                                              |
 */
const PLAIN: InvoiceShape = {
  name: 'plain',
  required: ['provider', 'amount'],
  dateColumn: 'month',
  read(cell) {
    const provider = cell('provider').toLowerCase();
    if (provider === '') throw new RowProblem('provider', 'is empty');
    return {
      provider,
      model: cell('model') || cell('sku'),
      chargeClass: parseChargeClass(
        cell('token_class') || cell('class'),
        'token_class',
      ),
      month: monthOf(cell('month') || cell('date'), 'month'),
      amount: amountOf(cell, 'amount', 'currency'),
    };
  },
};

/**
 * The cost export of Azure (actual cost). It prices in the billing currency and in dollars; the dollars are read. To be
 * filtered to what the mesh uses before it is uploaded: every row of the file counts.
 */
const AZURE: InvoiceShape = {
  name: 'Azure cost export',
  required: ['billingperiodstartdate', 'metername', 'costinusd'],
  dateColumn: 'BillingPeriodStartDate',
  read(cell) {
    return {
      provider: 'azure',
      ...readMeter(cell('metername'), cell('metersubcategory')),
      month: monthOf(cell('billingperiodstartdate'), 'BillingPeriodStartDate'),
      amount: amountOf(cell, 'costinusd', ''),
    };
  },
};

const SHAPES = [AZURE, PLAIN];

/**
 * @param header - in lower case
 * @throws InvalidFieldsError that says which columns are known
 */
export function findShape(header: readonly string[]): InvoiceShape {
  const shape = SHAPES.find(({ required }) =>
    required.every(name => header.includes(name)),
  );
  if (shape) return shape;
  throw new InvalidFieldsError({
    content: `the columns are not known. Expected month, provider, model, token_class, amount, currency; or those of Azure's cost export with BillingPeriodStartDate, MeterName and CostInUsd`,
  });
}

function amountOf(cell: Cell, column: string, currencyColumn: string) {
  const currency = currencyColumn && cell(currencyColumn).toUpperCase();
  if (currency && currency !== 'USD') {
    throw new RowProblem(
      currencyColumn,
      'only USD is known: convert the amounts before',
    );
  }
  const amount = parseAmount(cell(column));
  if (!amount) {
    throw new RowProblem(column, 'expected a plain decimal such as 12.50');
  }
  return amount;
}

/** ISO 8601, or month/day/year as Azure's newer exports have it. */
function monthOf(text: string, column: string): MonthNumber {
  const iso = /^(\d{4})-(\d{2})(?:-\d{2}(?:T.*)?)?$/.exec(text);
  const american = /^(\d{2})\/\d{2}\/(\d{4})$/.exec(text);
  const [year, month] = iso
    ? [Number(iso[1]), Number(iso[2])]
    : [Number(american?.[2]), Number(american?.[1])];
  if (month >= 1 && month <= 12) return year * 100 + month;
  throw new RowProblem(
    column,
    'expected a date such as 2026-10-31 or 10/31/2026',
  );
}
