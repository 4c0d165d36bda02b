import fc from 'fast-check';
import {
  gpuCountSchema,
  GpuUsageRecordMessage,
  gpuUsageRecordSchema,
  readGpuCount,
} from './gpu';

const RECORD: GpuUsageRecordMessage = {
  machineId: 'vm-1',
  pool: 'h100',
  provider: 'azure',
  vmSize: 'Standard_NC40ads_H100_v5',
  region: 'westeurope',
  priority: 'spot',
  gpuCount: 1,
  from: 3_600_000,
  to: 7_200_000,
  allocations: [
    {
      departmentRef: 'group:default/research',
      workload: 'training',
      gpus: '3/7',
      seconds: 3_600,
      method: 'mig',
      activeShare: '0.25',
    },
  ],
  evictions: [{ at: 7_200_000, lostWorkSeconds: 60, restartSeconds: 0 }],
};

describe('gpuUsageRecordSchema', () => {
  it('takes a record as it is, and the same again when it is stored', () => {
    const record = gpuUsageRecordSchema.parse(RECORD);
    expect(record).toEqual(RECORD);
    expect(
      gpuUsageRecordSchema.parse(JSON.parse(JSON.stringify(record))),
    ).toEqual(record);
  });

  it('takes slices that fill a GPU exactly, and not a seventh more', () => {
    const slice = { ...RECORD.allocations[0], gpus: '1/7' };
    const of = (count: number) =>
      gpuUsageRecordSchema.safeParse({
        ...RECORD,
        allocations: Array.from({ length: count }, () => slice),
      }).success;
    expect(of(7)).toBe(true);
    expect(of(8)).toBe(false);
  });

  it('never stumbles, whatever stands in a field', () =>
    fc.assert(
      fc.property(
        fc.constantFrom<string[]>(
          ...Object.keys(RECORD).map(field => [field]),
          ...Object.keys(RECORD.allocations[0]).map(field => [
            'allocations',
            field,
          ]),
          ['evictions', 'at'],
        ),
        fc.oneof(
          fc.anything(),
          fc.double(),
          fc.constantFrom('1/0', '0', '-1', 'x', '1/2/3', '9999/9999', ''),
        ),
        ([field, inner], value) => {
          const record: Record<string, unknown> = { ...RECORD };
          if (inner === undefined) record[field] = value;
          else {
            const items =
              field === 'evictions' ? RECORD.evictions : RECORD.allocations;
            record[field] = items?.map(item => ({ ...item, [inner]: value }));
          }
          expect(() => gpuUsageRecordSchema.safeParse(record)).not.toThrow();
        },
      ),
      { numRuns: 1_000 },
    ));
});

describe('readGpuCount', () => {
  it.each([
    ['2', { numerator: 2n, denominator: 1n }],
    ['3/7', { numerator: 3n, denominator: 7n }],
  ])('reads %s', (text, fraction) => {
    expect(gpuCountSchema.parse(text)).toBe(text);
    expect(readGpuCount(text)).toEqual(fraction);
  });

  it.each(['0', '-1', '0.5', '1/0', '1e3', ' 1', '7/'])('refuses %s', text => {
    expect(gpuCountSchema.safeParse(text).success).toBe(false);
  });
});
