import {
  formatUsdExact,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';

/** What a spreadsheet would take for a formula at the beginning of a cell. */
const FORMULA = /^[=+\-@\t\r]/;

const amount = z.string().transform(text => BigInt(text));

/** The part of a statement that its table shows. */
const statementSchema = z.object({
  month: z.string(),
  departments: z.array(
    z.object({
      ref: z.string(),
      title: z.string(),
      path: z.array(z.string()),
    }),
  ),
  applications: z.array(z.object({ ref: z.string(), title: z.string() })),
  lines: z.array(
    z.object({
      departmentRef: z.string(),
      costCentre: z.string().optional(),
      applicationRef: z.string(),
      model: z.string(),
      provider: z.string(),
      chargeClass: z.string(),
      serviceTier: z.string(),
      isCorrection: z.boolean(),
      source: z.string(),
      debit: z.string(),
      credit: z.string(),
      requests: amount,
      quantity: amount,
      costPicoUsd: amount,
      estimatedPicoUsd: amount,
      avoidedPicoUsd: amount,
    }),
  ),
});

const HEADER = [
  'month',
  'department',
  'department_path',
  'department_ref',
  'cost_centre',
  'application',
  'application_ref',
  'model',
  'provider',
  'class',
  'service_tier',
  'correction',
  'source',
  'debit',
  'credit',
  'requests',
  'quantity',
  'cost_usd',
  'estimated_usd',
  'avoided_usd',
];

/**
 * The lines of a statement as CSV (RFC 4180), made of nothing but the statement: as it never changes, neither does
 * this. Amounts are exact decimals of dollars.
 *
 * @param statement - as `writeStatement` wrote it
 */
export function statementToCsv(statement: string): string {
  const { month, departments, applications, lines } = statementSchema.parse(
    JSON.parse(statement),
  );
  const departmentBy = new Map(departments.map(each => [each.ref, each]));
  const titleBy = new Map(applications.map(each => [each.ref, each.title]));
  const rows = lines.map(line => {
    const department = departmentBy.get(line.departmentRef);
    return [
      month,
      ...[
        department?.title ?? '',
        department?.path.join(' / ') ?? '',
        line.departmentRef,
        line.costCentre ?? '',
        titleBy.get(line.applicationRef) ?? '',
        line.applicationRef,
        line.model,
        line.provider,
        line.chargeClass,
        line.serviceTier,
      ].map(harmless),
      line.isCorrection ? 'yes' : 'no',
      line.source,
      harmless(line.debit),
      harmless(line.credit),
      line.requests.toString(),
      line.quantity.toString(),
      usd(line.costPicoUsd),
      usd(line.estimatedPicoUsd),
      usd(line.avoidedPicoUsd),
    ];
  });
  return stringify([HEADER, ...rows], { record_delimiter: 'windows' });
}

function usd(pico: bigint): string {
  return formatUsdExact(picoUsd(pico));
}

/** An apostrophe in front keeps a spreadsheet from running what somebody called a model. */
function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
