import { createHash } from 'node:crypto';
import {
  ChargeClass,
  chargeClassSchema,
  InvoiceVarianceLine,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Account, payableTo } from '../../ledger/accounts';
import { LedgerLine } from '../../ledger/LedgerLine';
import { formatMonth, MonthNumber, monthRange } from '../monthNumber';

/** Where the differences to invoices stand, until somebody decides who bears them. */
export const RECONCILIATION: Account = {
  kind: 'clearing',
  owner: 'reconciliation',
};

/** What names the month, and the class, in the line's target. */
const PREFIX = 'invoice/';

/** Of which invoice an adjustment is. */
export interface AdjustedInvoice {
  id: number;
  month: MonthNumber;
  provider: string;
}

/** The same each time that the difference of the same line of an invoice is posted. */
export function adjustmentRequestId(
  invoice: AdjustedInvoice,
  line: Pick<InvoiceVarianceLine, 'model' | 'chargeClass'>,
): string {
  const about = createHash('sha256')
    .update(`${line.model}\n${line.chargeClass ?? ''}`)
    .digest('hex')
    .slice(0, 24);
  return `invoice/${invoice.id}/${about}`;
}

/**
 * The posting after which the ledger says what a line of an invoice says. It happened in the month of the invoice: once
 * that is closed, the ledger counts it for the day of the booking, as a correction. No budget pays for it.
 *
 * @param revision - how often the difference of this line was posted before
 */
export function adjustmentOf(
  invoice: AdjustedInvoice,
  line: InvoiceVarianceLine,
  revision: number,
): LedgerLine {
  const month = formatMonth(invoice.month);
  return {
    requestId: adjustmentRequestId(invoice, line),
    attempt: 1,
    lineNo: 0,
    revision,
    occurredAt: new Date(monthRange(invoice.month).to - 1),
    departmentRef: '',
    departmentPath: [],
    applicationRef: '',
    keyId: '',
    model: line.model,
    servedBecause: 'requested',
    targetId: `${PREFIX}${month}${
      line.chargeClass ? `/${line.chargeClass}` : ''
    }`,
    provider: invoice.provider,
    region: '',
    serviceTier: 'standard',
    chargeClass: 'adjustment',
    priceVersionId: '',
    source: 'live',
    debit: RECONCILIATION,
    credit: payableTo(invoice.provider),
    quantity: 0n,
    cost: line.differencePicoUsd,
    avoided: ZERO_PICO_USD,
    flags: [],
  };
}

/** For which class an adjustment was posted. */
export function adjustedClass(targetId: string): ChargeClass | undefined {
  if (!targetId.startsWith(PREFIX)) return undefined;
  const [, , chargeClass] = targetId.split('/');
  return chargeClassSchema.safeParse(chargeClass).data;
}
