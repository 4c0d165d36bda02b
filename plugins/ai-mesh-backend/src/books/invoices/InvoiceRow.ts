import {
  ChargeClass,
  chargeClassSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { MonthNumber } from '../monthNumber';
import { ExactAmount } from './amounts';

/** One row of an invoice, as far as it is known what it is for. */
export interface InvoiceRow {
  provider: string;
  /** Empty when it is of no one model. */
  model: string;
  /** Absent: all classes together. */
  chargeClass?: ChargeClass;
  month: MonthNumber;
  amount: ExactAmount;
}

/** A row that cannot be read, by its column. */
export class RowProblem extends Error {
  readonly column: string;

  constructor(column: string, problem: string) {
    super(problem);
    this.column = column;
  }
}

/** @throws RowProblem when there is no such class */
export function parseChargeClass(
  text: string,
  column: string,
): ChargeClass | undefined {
  if (text === '') return undefined;
  const result = chargeClassSchema
    .exclude(['adjustment'])
    .safeParse(text.toLowerCase());
  if (result.success) return result.data;
  throw new RowProblem(
    column,
    `there is no such class; known are ${chargeClassSchema
      .exclude(['adjustment'])
      .options.join(', ')}`,
  );
}
