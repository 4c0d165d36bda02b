import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { arbitraryCharges, focusCharge } from './__testUtils__/focusCharges';
import { exportCharges, readExport } from './__testUtils__/focusFiles';
import { formatFocusDecimal, parseFocusDecimal } from './focusDecimal';

const CSV = { version: '1.4', format: 'csv' } as const;
const PARQUET = { version: '1.4', format: 'parquet' } as const;

describe('files', () => {
  it('say the same as CSV and as Parquet, but for the guard against formulas', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCharges(), async charges => {
        const [csv, parquet] = await Promise.all([
          readExport(await exportCharges(charges, CSV), 'csv'),
          readExport(await exportCharges(charges, PARQUET), 'parquet'),
        ]);
        expect(csv.columns).toEqual(parquet.columns);
        expect(csv.rows).toEqual(
          parquet.rows.map(row =>
            Object.fromEntries(
              Object.entries(row).map(([id, text]) => [id, guarded(id, text)]),
            ),
          ),
        );
      }),
      { numRuns: 40 },
    );
  });

  it.each([CSV, PARQUET])('are the same bytes each time: %j', async options => {
    await fc.assert(
      fc.asyncProperty(arbitraryCharges(), async charges => {
        const [one, two] = [
          await exportCharges(charges, options),
          await exportCharges(charges, options),
        ];
        expect(Buffer.compare(Buffer.from(one), Buffer.from(two))).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it.each([CSV, PARQUET])(
    'keep every digit of amounts that no float holds: %j',
    async options => {
      const amounts = [
        2n ** 62n + 1n,
        -(2n ** 62n) - 1n,
        10n ** 19n + 1n,
        1n,
        -1n,
        0n,
      ];
      const charges = amounts.map(amount =>
        focusCharge({
          cost: picoUsd(amount),
          about: { chargeClass: 'adjustment' },
          quantity: 0n,
        }),
      );
      const { rows } = await readExport(
        await exportCharges(charges, options),
        options.format,
      );
      expect(rows.map(row => row.BilledCost)).toEqual([
        '4611686.018427387905',
        '-4611686.018427387905',
        '10000000.000000000001',
        '0.000000000001',
        '-0.000000000001',
        '0',
      ]);
    },
  );

  it.each([CSV, PARQUET])(
    'are well-formed without a row: %j',
    async options => {
      const { columns, rows } = await readExport(
        await exportCharges([], options),
        options.format,
      );
      expect(columns).toHaveLength(67);
      expect(rows).toEqual([]);
    },
  );

  it('are RFC 4180 in CSV, and run no formula in a spreadsheet', async () => {
    const names = [
      '=HYPERLINK("x")',
      '+1',
      '-1',
      '@SUM(1)',
      '\tx',
      'a "b", c',
      'two\nlines',
    ];
    const bytes = await exportCharges(
      names.map(model =>
        focusCharge({ cost: picoUsd(-1n), price: undefined, about: { model } }),
      ),
      CSV,
    );
    const text = Buffer.from(bytes).toString('utf8');
    expect(text.startsWith('AllocatedMethodDetails,')).toBe(true);
    expect(text.endsWith('\r\n')).toBe(true);
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(text).toContain('"a ""b"", c"');
    const { rows } = await readExport(bytes, 'csv');
    expect(rows.map(row => row.x_ModelName)).toEqual([
      `'=HYPERLINK("x")`,
      "'+1",
      "'-1",
      "'@SUM(1)",
      "'\tx",
      'a "b", c',
      'two\nlines',
    ]);
    expect(rows[0].BilledCost).toBe('-0.000000000001');
  });

  it('are typed in Parquet: exact decimals, moments in UTC, and many row groups', async () => {
    const charges = Array.from({ length: 5_001 }, (_, index) =>
      focusCharge({ requests: BigInt(index) }),
    );
    const bytes = await exportCharges(charges, PARQUET);
    const metadata = parquetMetadata(
      bytes.buffer.slice(
        bytes.byteOffset,
        bytes.byteOffset + bytes.byteLength,
      ) as ArrayBuffer,
    );
    expect(metadata.row_groups.map(group => Number(group.num_rows))).toEqual([
      5_000, 1,
    ]);
    const byName = new Map(metadata.schema.map(each => [each.name, each]));
    expect(byName.get('BilledCost')).toMatchObject({
      type: 'FIXED_LEN_BYTE_ARRAY',
      logical_type: { type: 'DECIMAL', precision: 38, scale: 18 },
      repetition_type: 'REQUIRED',
    });
    expect(byName.get('ChargePeriodStart')).toMatchObject({
      logical_type: {
        type: 'TIMESTAMP',
        isAdjustedToUTC: true,
        unit: 'MILLIS',
      },
    });
    expect(byName.get('ChargeClass')?.repetition_type).toBe('OPTIONAL');
    const { rows } = await readExport(bytes, 'parquet');
    expect(rows.map(row => row.x_RequestCount)).toEqual(
      charges.map((_, index) => String(index)),
    );
  });
});

describe('decimals', () => {
  it('are read as they are written, without an exponent', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), units => {
        const text = formatFocusDecimal(units);
        expect(text).toMatch(/^-?\d+(\.\d*[1-9])?$/);
        expect(parseFocusDecimal(text)).toBe(units);
      }),
    );
  });

  it.each([
    '',
    '+1',
    '1e3',
    '1E-3',
    '1,5',
    '.5',
    '5.',
    ' 1',
    '1/2',
    'NaN',
    '0x1',
    '1.0000000000000000001',
  ])('are not read from "%s"', text =>
    expect(parseFocusDecimal(text)).toBeUndefined(),
  );
});

/** Texts that a spreadsheet would run stand behind an apostrophe, in CSV only. Numbers never do. */
function guarded(id: string, text: string | null | undefined) {
  const isNumber = /Cost$|Quantity$|Price$|Count$/.test(id);
  return text && !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
