import { parseFocusDecimal, ONE } from '../focusDecimal';
import { parseObject } from './columnRules';
import {
  datasetRule,
  FileRow,
  FocusRule,
  isNull,
  numberIn,
  rowRule,
  SINCE_1_3,
  Violation,
} from './FocusRule';

const ATTRIBUTE =
  'Attribute DataGeneratorCalculatedSplitCostAllocationHandling';
/** Exact, from the text: a JSON number that JavaScript reads is rounded. */
const RATIO = /"AllocatedRatio"\s*:\s*(-?[0-9.]+)/g;

/** The dimensions in which the parts of an origin do not differ. */
const COMMON_DIMENSIONS = [
  'BillingAccountId',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ConsumedUnit',
  'ContractedUnitPrice',
  'ListUnitPrice',
  'PricingUnit',
  'RegionId',
  'ResourceId',
  'ServiceName',
  'SkuPriceId',
  'SubAccountId',
  'Tags',
];

/** Shared cost that is split. The parts of one origin are those with one `x_SplitOriginId`. */
export const SPLIT_RULES: readonly FocusRule[] = [
  rowRule(
    {
      id: 'AllocatedMethodId-of-splits',
      column: 'AllocatedMethodId',
      versions: SINCE_1_3,
      text: 'AllocatedMethodId MUST be null when a charge is not related to a split, and MUST NOT be null when it is',
      source: 'Column AllocatedMethodId, nullability',
      todo: 'Name the method exactly where x_SplitOriginId stands',
    },
    row => isNull(row, 'AllocatedMethodId') !== isNull(row, 'x_SplitOriginId'),
  ),
  ...['AllocatedResourceId', 'AllocatedTags', 'AllocatedMethodDetails'].map(
    id =>
      rowRule(
        {
          id: `${id}-null-without-split`,
          column: id,
          versions: SINCE_1_3,
          text: `${id} MUST be null when a charge is not related to a split cost allocation`,
          source: `Column ${id}, nullability`,
          todo: `Clear ${id}`,
        },
        row => isNull(row, 'AllocatedMethodId') && !isNull(row, id),
      ),
  ),
  rowRule(
    {
      id: 'AllocatedResourceName-with-id',
      column: 'AllocatedResourceName',
      versions: SINCE_1_3,
      text: 'AllocatedResourceName MUST be null when AllocatedResourceId is null, and MUST NOT be null when it is not',
      source: 'Column AllocatedResourceName, nullability',
      todo: 'Name exactly the rows that have a consumer',
    },
    row =>
      isNull(row, 'AllocatedResourceName') !==
      isNull(row, 'AllocatedResourceId'),
  ),
  rowRule(
    {
      id: 'AllocatedMethodDetails-object',
      column: 'AllocatedMethodDetails',
      versions: SINCE_1_3,
      text: 'AllocatedMethodDetails MUST be {"Elements":[{"AllocatedRatio":number, …}]}, with a UsageUnit wherever there is a UsageQuantity',
      source:
        'Column AllocatedMethodDetails, AllocatedMethodDetailsObject; attribute JsonObjectFormat',
      todo: 'Write an object with Elements, not a flat one',
    },
    row =>
      !isNull(row, 'AllocatedMethodDetails') &&
      !isMethodDetails(row.AllocatedMethodDetails ?? ''),
  ),
  rowRule(
    {
      id: 'AllocatedTags-not-repeated',
      column: 'AllocatedTags',
      versions: SINCE_1_3,
      text: 'AllocatedTags MUST NOT include resource tags already present in Tags',
      source: 'Column AllocatedTags',
      todo: 'Leave out what stands in Tags',
    },
    row => {
      const tags = parseObject(row.Tags ?? '{}') ?? {};
      const allocated = parseObject(row.AllocatedTags ?? '{}') ?? {};
      return Object.keys(allocated).some(key => key in tags);
    },
  ),
  datasetRule(
    {
      id: 'AllocatedRatio-sum',
      column: 'AllocatedMethodDetails',
      versions: SINCE_1_3,
      needsWhole: true,
      text: 'The sum of AllocatedRatio across all allocated charges related to a single origin charge MUST be equal to 1',
      source: 'Column AllocatedMethodDetails, AllocatedMethodDetailsObject',
      todo: 'Check which part of the origin is missing',
    },
    () =>
      perOrigin(
        row => ratioIn(row),
        sum => (sum === ONE ? undefined : 'the shares do not sum to 1'),
      ),
  ),
  ...['BilledCost', 'EffectiveCost'].map(id =>
    datasetRule(
      {
        id: `${id}-of-origin`,
        column: id,
        needsWhole: true,
        text: `The sum of ${id} in allocated charges MUST match the value in the origin charge`,
        source: ATTRIBUTE,
        todo: 'Check which part of the origin is missing, or is there twice',
      },
      () =>
        perOrigin(
          row => numberIn(row, id) ?? 0n,
          (sum, row) =>
            sum === numberIn(row, 'x_SplitOriginCost')
              ? undefined
              : `the parts do not sum to ${row.x_SplitOriginCost}`,
        ),
    ),
  ),
  datasetRule(
    {
      id: 'AllocatedResourceId-one-remainder',
      column: 'AllocatedResourceId',
      versions: SINCE_1_3,
      text: 'AllocatedResourceId MUST be null when a charge represents the unallocated portion of the origin: rows of consumers are told apart by it, and by the method',
      source: 'Column AllocatedResourceId',
      todo: 'Give every consumer one row for each method within the origin',
    },
    () => {
      const known = new Set<string>();
      return {
        add(row, number) {
          const id = row.AllocatedResourceId;
          if (typeof id !== 'string' || isNull(row, 'x_SplitOriginId'))
            return undefined;
          const key = `${row.x_SplitOriginId}\n${id}\n${
            row.AllocatedMethodId ?? ''
          }\n${row.AllocatedTags ?? ''}`;
          if (known.has(key)) return { row: number, found: `"${id}" twice` };
          known.add(key);
          return undefined;
        },
      };
    },
  ),
  datasetRule(
    {
      id: 'split-dimensions-match',
      column: 'x_SplitOriginId',
      versions: SINCE_1_3,
      text: 'Values in allocated charges MUST match those in the origin charge when the column is a dimension or a unit price',
      source: ATTRIBUTE,
      todo: "Move what is the consumer's into the Allocated columns",
    },
    () => {
      const first = new Map<string, FileRow>();
      return {
        add(row, number) {
          const origin = row.x_SplitOriginId;
          if (typeof origin !== 'string') return undefined;
          const before = first.get(origin);
          if (!before) {
            first.set(origin, row);
            return undefined;
          }
          const other = COMMON_DIMENSIONS.find(
            column => (row[column] ?? null) !== (before[column] ?? null),
          );
          return other === undefined
            ? undefined
            : { row: number, found: `${other} "${row[other] ?? ''}"` };
        },
      };
    },
  ),
  rowRule(
    {
      id: 'x_UtilisedCost-parts',
      column: 'x_UtilisedCost',
      text: 'What worked and what lay idle is the cost of the part; a part that nobody had has neither',
      source: 'docs/focus-export.md, own columns',
      todo: 'Check x_UtilisedCost + x_IdleCost',
    },
    row => {
      if (isNull(row, 'x_SplitOriginId')) {
        return !isNull(row, 'x_UtilisedCost') || !isNull(row, 'x_IdleCost');
      }
      const sum =
        (numberIn(row, 'x_UtilisedCost') ?? 0n) +
        (numberIn(row, 'x_IdleCost') ?? 0n);
      return sum !== 0n && sum !== numberIn(row, 'EffectiveCost');
    },
  ),
];

/** Sums by origin, told at the last row of each. */
function perOrigin(
  amountOf: (row: FileRow) => bigint,
  complain: (sum: bigint, row: FileRow) => string | undefined,
) {
  const sums = new Map<string, { sum: bigint; row: FileRow; number: number }>();
  return {
    add(row: FileRow, number: number): undefined {
      const origin = row.x_SplitOriginId;
      if (typeof origin !== 'string') return;
      const sum = (sums.get(origin)?.sum ?? 0n) + amountOf(row);
      sums.set(origin, { sum, row, number });
    },
    end(): Violation[] {
      return [...sums].flatMap(([origin, { sum, row, number }]) => {
        const complaint = complain(sum, row);
        return complaint
          ? [{ row: number, found: `${complaint}: ${origin}` }]
          : [];
      });
    },
  };
}

function ratioIn(row: FileRow): bigint {
  let sum = 0n;
  for (const [, text] of (row.AllocatedMethodDetails ?? '').matchAll(RATIO)) {
    sum += parseFocusDecimal(text) ?? 0n;
  }
  return sum;
}

function isMethodDetails(text: string): boolean {
  const elements = parseObject(text)?.Elements;
  return (
    Array.isArray(elements) &&
    elements.length > 0 &&
    elements.every(
      each =>
        typeof each === 'object' &&
        each !== null &&
        typeof each.AllocatedRatio === 'number' &&
        (each.UsageQuantity === undefined ||
          (typeof each.UsageQuantity === 'number' &&
            typeof each.UsageUnit === 'string')),
    )
  );
}
