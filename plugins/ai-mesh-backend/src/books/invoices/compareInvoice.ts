import {
  ChargeClass,
  InvoiceVarianceLine,
  PicoUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { InvoiceLine } from './readInvoice';

/** The part of an invoice that the ledger may be away from it before somebody should look: half a per cent. */
const TOLERANCE = { numerator: 5n, denominator: 1000n };

/** Classes that the ledger tells apart, and an invoice may not. */
const BILLED_AS: Partial<Record<ChargeClass, ChargeClass>> = {
  reasoning: 'output',
  'cache-write-hour': 'cache-write',
};
/** What follows a model's name in the names of meters: `0806`, `20241120`. */
const DATE = /^\d{4,8}$/;

/** What the ledger owes a provider for a month, of one model, price and class. */
export interface OwedCell {
  /** As the catalog calls it; of an adjustment, as the invoice does. */
  model: string;
  /** As the price book calls the model of the price, for example `gpt-4o`; empty when unknown. */
  pricedModel: string;
  /** Absent: of an adjustment for all classes of the model. */
  chargeClass?: ChargeClass;
  amount: PicoUsd;
}

/**
 * Sets an invoice beside the ledger. Every amount of the ledger stands beside the one line of the invoice that says
 * most about it: of its model and class; of its model; of its class; of no one model. What no line says anything about
 * gets a line of its own. So both columns sum to all there is.
 */
export function compareInvoice(
  invoiced: readonly Omit<InvoiceLine, 'rowCount'>[],
  owed: readonly OwedCell[],
): InvoiceVarianceLine[] {
  const lines = invoiced.map(line => ({
    ...line,
    owed: 0n,
    name: plain(line.model),
  }));
  const missing = new Map<string, bigint>();
  for (const cell of owed) {
    const line = bestLine(lines, cell);
    if (line) line.owed += cell.amount;
    else missing.set(cell.model, (missing.get(cell.model) ?? 0n) + cell.amount);
  }
  return [
    ...lines.map(line =>
      varianceOf({
        model: line.model,
        chargeClass: line.chargeClass,
        invoiced: line.amount,
        owed: line.owed,
        isInvoiced: true,
      }),
    ),
    ...[...missing]
      .filter(([, amount]) => amount !== 0n)
      .map(([model, amount]) =>
        varianceOf({ model, invoiced: 0n, owed: amount, isInvoiced: false }),
      ),
  ];
}

/** Whether two amounts are further apart than half a per cent of the invoice. */
export function isBeyondTolerance(invoiced: bigint, owed: bigint): boolean {
  const difference = magnitude(invoiced - owed);
  return (
    difference * TOLERANCE.denominator >
    magnitude(invoiced) * TOLERANCE.numerator
  );
}

function bestLine<T extends { name: string; chargeClass?: ChargeClass }>(
  lines: readonly T[],
  cell: OwedCell,
): T | undefined {
  const names = [plain(cell.model), plain(cell.pricedModel)];
  let best: { line: T; rank: number } | undefined;
  for (const line of lines) {
    const rank = rankOf(line, names, cell.chargeClass);
    if (rank > (best?.rank ?? 0)) best = { line, rank };
  }
  return best?.line;
}

/** How much a line says about an amount; 0 for a line about something else. */
function rankOf(
  line: { name: string; chargeClass?: ChargeClass },
  names: readonly string[],
  chargeClass: ChargeClass | undefined,
): number {
  const byName = rankOfName(line.name, names);
  const byClass = rankOfClass(line.chargeClass, chargeClass);
  return byName === 0 || byClass === 0 ? 0 : byName * 10 + byClass;
}

/** The company's own name goes before the provider's, and that before the provider's with the date of a version. */
function rankOfName(
  name: string,
  [model, pricedModel]: readonly string[],
): number {
  if (name === '') return 1;
  if (name === model) return 4;
  if (name === pricedModel) return 3;
  const isDated =
    pricedModel !== '' &&
    name.startsWith(pricedModel) &&
    DATE.test(name.slice(pricedModel.length));
  return isDated ? 2 : 0;
}

function rankOfClass(
  invoiced: ChargeClass | undefined,
  owed: ChargeClass | undefined,
): number {
  if (invoiced === undefined) return 1;
  if (invoiced === owed) return 3;
  return owed !== undefined && BILLED_AS[owed] === invoiced ? 2 : 0;
}

function varianceOf(line: {
  model: string;
  chargeClass?: ChargeClass;
  invoiced: bigint;
  owed: bigint;
  isInvoiced: boolean;
}): InvoiceVarianceLine {
  const { model, chargeClass, invoiced, owed, isInvoiced } = line;
  return {
    model,
    ...(chargeClass && { chargeClass }),
    invoicedPicoUsd: picoUsd(invoiced),
    ledgerPicoUsd: picoUsd(owed),
    differencePicoUsd: picoUsd(invoiced - owed),
    isBeyondTolerance: isBeyondTolerance(invoiced, owed),
    isInvoiced,
  };
}

/** A name without what is written differently: `gpt-4o` and `GPT 4o` are one. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

function magnitude(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}
