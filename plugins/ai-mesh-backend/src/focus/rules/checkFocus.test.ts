import {
  FocusVersion,
  picoUsd,
  Rate,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import {
  arbitraryCharges,
  focusCharge,
  gpuSums,
} from '../__testUtils__/focusCharges';
import { exportCharges, readExport } from '../__testUtils__/focusFiles';
import { splitCharges } from '../splitCharges';
import { checkFocus, FOCUS_RULES } from './checkFocus';
import { FileRow, isRegularCharge } from './FocusRule';

const VERSIONS: FocusVersion[] = ['1.2', '1.3', '1.4'];

interface TestFile {
  columns: string[];
  rows: Record<string, string | null | undefined>[];
}

/** One of each kind of row. */
const CHARGES = [
  focusCharge({ about: { region: 'swedencentral' } }),
  focusCharge({ about: { serviceTier: 'provisioned' } }),
  focusCharge({ isCorrection: true, day: Date.UTC(2026, 8, 30) }),
  focusCharge({
    quantity: 0n,
    price: undefined,
    about: { chargeClass: 'adjustment', departmentRef: '' },
  }),
  ...splitCharges(
    gpuSums({
      pool: 'h100',
      cost: picoUsd(7_346_000_000_000n),
      seconds: 7_200n,
      gpuSeconds: [3_600n, 5_000n, 5_800n],
      rate: 3_673_000_000_000_000_000n as Rate,
    }),
    { isWhole: true },
  ),
];

async function fileOf(version: FocusVersion): Promise<TestFile> {
  const bytes = await exportCharges(CHARGES, { version, format: 'csv' });
  return readExport(bytes, 'csv');
}

type Breaker = (file: TestFile, column: string, other: string) => void;

/** How a rule is broken, by how its id ends; `other` is the column that the id names last. */
const BREAKERS: readonly (readonly [RegExp, Breaker])[] = [
  [
    /^(.+)-present$/,
    (file, column) => {
      file.columns = file.columns.filter(each => each !== column);
    },
  ],
  [/^(.+)-not-null$/, ({ rows }, column) => set(rows[0], column, null)],
  [/^(.+)-numeric$/, ({ rows }, column) => set(rows[0], column, '1e+21')],
  [/^(.+)-datetime$/, ({ rows }, column) => set(rows[0], column, '2026-10-01')],
  [/^(.+)-unit$/, ({ rows }, column) => set(rows[0], column, 'tokens')],
  [/^(.+)-key-value$/, ({ rows }, column) => set(rows[0], column, '{"a":[1]}')],
  [/^(.+)-allowed$/, ({ rows }, column) => set(rows[0], column, 'Nonsense')],
  [/^(.+)-no-placeholder$/, ({ rows }, column) => set(rows[0], column, 'N/A')],
  [
    /^(.+)-null-without-split$/,
    ({ rows }, column) => set(rows[0], column, '{"team":"a"}'),
  ],
  [
    /^(.+)-null-without-(.+)$/,
    ({ rows }, column, other) =>
      set(
        rows.find(row => row[column]),
        other,
        null,
      ),
  ],
  [
    /^(.+)-not-null-with-(.+)$/,
    ({ rows }, column, other) =>
      set(
        rows.find(row => row[column] && row[other]),
        column,
        null,
      ),
  ],
  [
    /^(.+)-of-regular-charges$/,
    ({ rows }, column) => set(rows.find(isRegularCharge), column, null),
  ],
  [
    /^(.+)-product$/,
    ({ rows }, column) => set(rows[0], column, '2.500000000002'),
  ],
  [/^(.+)-not-negative$/, ({ rows }, column) => set(rows[0], column, '-1')],
  [
    /^(.+)-without-price$/,
    ({ rows }, column) =>
      set(
        rows.find(row => row.ChargeCategory === 'Adjustment'),
        column,
        '9',
      ),
  ],
  [
    /^(.+)-of-origin$/,
    ({ rows }, column) => set(rows.find(isSplit), column, '0.01'),
  ],
];

/** Rules that stand for themselves. */
const SPECIAL: Record<string, (file: TestFile) => void> = {
  'columns-unique': ({ columns }) => columns.push('x_TokenClass'),
  'columns-ordered': ({ columns }) => columns.reverse(),
  'columns-known': ({ columns }) => columns.push('TokenClass'),
  'custom-columns-named': ({ columns }) => columns.push('x_token_class'),
  'ServiceSubcategory-parent': ({ rows }) =>
    set(rows[0], 'ServiceSubcategory', 'Virtual Machines'),
  'BillingCurrency-iso-4217': ({ rows }) =>
    set(rows[0], 'BillingCurrency', 'Tokens'),
  'ChargeFrequency-purchase': ({ rows }) =>
    set(rows[0], 'ChargeCategory', 'Purchase'),
  'ConsumedQuantity-of-usage': ({ rows }) =>
    set(rows[0], 'ConsumedQuantity', null),
  'PricingCategory-committed': ({ rows }) =>
    set(rows[0], 'PricingCategory', 'Committed'),
  'CommitmentDiscountStatus-of-usage': ({ rows }) =>
    set(rows[1], 'CommitmentDiscountStatus', null),
  'CommitmentDiscountQuantity-of-usage': ({ rows }) =>
    set(rows[1], 'CommitmentDiscountQuantity', null),
  'CommitmentDiscount-consistent': ({ rows }) =>
    rows.push({ ...rows[1], CommitmentDiscountName: 'another' }),
  'SkuPriceDetails-keys': ({ rows }) =>
    set(rows[0], 'SkuPriceDetails', '{"Tier":"standard"}'),
  'SkuPriceId-one-parent': ({ rows }) =>
    rows.push({ ...rows[0], SkuId: 'another' }),
  'SkuPriceDetails-consistent': ({ rows }) =>
    rows.push({ ...rows[0], SkuPriceDetails: '{"x_ServiceTier":"flex"}' }),
  'EffectiveCost-matches-billed': ({ rows }) =>
    set(rows[0], 'EffectiveCost', '0'),
  'BilledCost-of-covered': ({ rows }) => set(rows[1], 'BilledCost', '2.5'),
  'BilledCost-of-resellers': ({ rows }) =>
    set(rows[0], 'ProviderName', 'A Reseller'),
  'BillingPeriod-order': ({ rows }) =>
    set(rows[0], 'BillingPeriodEnd', '2026-10-01T00:00:00Z'),
  'ChargePeriod-order': ({ rows }) =>
    set(rows[0], 'ChargePeriodEnd', '2026-10-05T00:00:00Z'),
  'ChargePeriod-in-billing-period': ({ rows }) =>
    set(rows[2], 'ChargeClass', null),
  'ChargeClass-of-earlier-periods': ({ rows }) =>
    set(rows[0], 'ChargeClass', 'Correction'),
  'AllocatedMethodId-of-splits': ({ rows }) =>
    set(rows.find(isSplit), 'AllocatedMethodId', null),
  'AllocatedResourceName-with-id': ({ rows }) =>
    set(rows.find(isSplit), 'AllocatedResourceName', null),
  'AllocatedMethodDetails-object': ({ rows }) =>
    set(
      rows.find(isSplit),
      'AllocatedMethodDetails',
      '{"AllocatedRatio":0.25}',
    ),
  'AllocatedTags-not-repeated': ({ rows }) =>
    set(rows.find(isSplit), 'Tags', '{"department":"x"}'),
  'AllocatedRatio-sum': ({ rows }) => {
    rows.pop();
  },
  'AllocatedResourceId-one-remainder': ({ rows }) => {
    const consumer = rows.find(row => isSplit(row) && row.AllocatedResourceId);
    rows.push({ ...consumer });
  },
  'split-dimensions-match': ({ rows }) =>
    set(rows.find(isSplit), 'SubAccountId', 'group:default/team-0'),
  'x_UtilisedCost-parts': ({ rows }) =>
    set(rows.find(isSplit), 'x_IdleCost', '100'),
};

function isSplit(row: FileRow): boolean {
  return Boolean(row.x_SplitOriginId);
}

function set(
  row: TestFile['rows'][number] | undefined,
  column: string,
  value: string | null,
): void {
  if (!row) throw new Error(`no row to break ${column} in`);
  row[column] = value;
}

function breakRule(id: string, file: TestFile): void {
  if (SPECIAL[id]) {
    SPECIAL[id](file);
    return;
  }
  for (const [pattern, breaker] of BREAKERS) {
    const match = pattern.exec(id);
    if (!match) continue;
    breaker(file, match[1], match[2]);
    return;
  }
  throw new Error(`nobody knows how to break ${id}`);
}

describe('exports', () => {
  it.each(VERSIONS)('hold every rule of FOCUS %s', async version => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryCharges(),
        fc.constantFrom('csv' as const, 'parquet' as const),
        async (charges, format) => {
          const bytes = await exportCharges(charges, { version, format });
          const file = await readExport(bytes, format);
          const { findings, rowCount } = await checkFocus(file, { version });
          expect(
            findings.map(({ rule, found }) => `${rule.id}: ${found}`),
          ).toEqual([]);
          expect(rowCount).toBe(charges.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('each rule', () => {
  const cases = FOCUS_RULES.flatMap(rule =>
    rule.versions.map(version => [rule.id, version] as const),
  );
  const files = new Map<FocusVersion, TestFile>();
  beforeAll(async () => {
    for (const version of VERSIONS) files.set(version, await fileOf(version));
  });

  function freshFile(version: FocusVersion): TestFile {
    const { columns, rows } = files.get(version) ?? { columns: [], rows: [] };
    return { columns: [...columns], rows: rows.map(row => ({ ...row })) };
  }

  it('has an id of its own, its source, and says what to do', () => {
    const ids = FOCUS_RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { text, source, todo } of FOCUS_RULES) {
      expect([text, source, todo]).not.toContain('');
    }
  });

  it.each(VERSIONS)(
    'holds for one of each kind of row, FOCUS %s',
    async version => {
      const { findings } = await checkFocus(freshFile(version), { version });
      expect(findings).toEqual([]);
    },
  );

  it.each(cases)('%s finds what breaks it, FOCUS %s', async (id, version) => {
    const file = freshFile(version);
    breakRule(id, file);
    const { findings } = await checkFocus(file, { version });
    expect(findings.map(({ rule }) => rule.id)).toContain(id);
  });

  it('does not ask a part of a month for whole splits', async () => {
    const file = freshFile('1.4');
    file.rows.pop();
    const whole = await checkFocus(file, { version: '1.4' });
    expect(new Set(whole.findings.map(({ rule }) => rule.id))).toEqual(
      new Set([
        'AllocatedRatio-sum',
        'BilledCost-of-origin',
        'EffectiveCost-of-origin',
      ]),
    );
    const part = await checkFocus(file, { version: '1.4', isPart: true });
    expect(part.findings).toEqual([]);
  });

  it('does not hide other findings behind many of one rule', async () => {
    const file = freshFile('1.4');
    file.rows = Array.from({ length: 50 }, () => ({
      ...file.rows[0],
      BilledCost: '1,5',
    }));
    const { findings } = await checkFocus(file, { version: '1.4', maximum: 3 });
    const numeric = findings.filter(
      ({ rule }) => rule.id === 'BilledCost-numeric',
    );
    expect(numeric.map(({ row }) => row)).toEqual([1, 2, 3]);
  });

  it('takes a pico-dollar for rounding, and no more', async () => {
    const file = freshFile('1.4');
    set(file.rows[0], 'ListCost', '2.500000000001');
    expect((await checkFocus(file, { version: '1.4' })).findings).toEqual([]);
    set(file.rows[0], 'ListCost', '2.50000000000100001');
    const { findings } = await checkFocus(file, { version: '1.4' });
    expect(findings.map(({ rule }) => rule.id)).toEqual(['ListCost-product']);
  });
});
