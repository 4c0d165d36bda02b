import {
  gpuUsageRecordSchema,
  parseRate,
  parseUsd,
  picoUsd,
  Rate,
  readGpuCount,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import {
  gpuAllocation,
  gpuRecord,
  gpuRecords,
} from './__testUtils__/gpuRecords';
import {
  costOfMachineTime,
  secondsOf,
  splitMachineHour,
} from './splitMachineHour';

const amount = () => fc.bigInt({ min: 0n, max: 10n ** 19n }).map(picoUsd);
const hourly = (usd: string) => parseRate(usd, '2000');
const abs = (value: bigint) => (value < 0n ? -value : value);

describe('costOfMachineTime', () => {
  it.each([
    ['6.98', 3_600n, '6.98'],
    ['98.32', 900n, '24.58'],
    ['1', 1n, '0.000277777778'], // 277,777,777.7… pico-dollars
    ['0.0000000018', 1n, '0'], // half a pico-dollar: to even
    ['0.0000000054', 1n, '0.000000000002'], // one and a half: to even
  ])('%s USD an hour for %s s are %s USD', (usd, seconds, cost) => {
    expect(costOfMachineTime(hourly(usd), seconds)).toBe(parseUsd(cost));
  });

  it('never charges two parts of an hour more than one pico-dollar apart from the whole', () =>
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2_000n * 10n ** 18n }),
        fc.bigInt({ min: 0n, max: 3_600n }),
        fc.bigInt({ min: 0n, max: 3_600n }),
        (units, a, b) => {
          const rate = units as Rate;
          const parts = costOfMachineTime(rate, a) + costOfMachineTime(rate, b);
          expect(
            abs(costOfMachineTime(rate, a + b) - parts),
          ).toBeLessThanOrEqual(1n);
        },
      ),
    ));
});

describe('splitMachineHour', () => {
  it('splits bill and GPU time without a rest, near the exact share of each', () =>
    fc.assert(
      fc.property(gpuRecords(), amount(), (record, billed) => {
        expect(gpuUsageRecordSchema.safeParse(record).success).toBe(true);
        const { shares, unallocated } = splitMachineHour(record, billed);
        const parts = shares.flatMap(({ used, idle }) => [used, idle]);
        const all = [...parts, unallocated];
        expect(sumPicoUsd(all.map(part => part.cost))).toBe(billed);
        expect(all.every(part => part.cost >= 0n)).toBe(true);
        const available = BigInt(record.gpuCount) * secondsOf(record) * 1_000n;
        expect(all.reduce((sum, part) => sum + part.gpuTime, 0n)).toBe(
          available,
        );
        for (const [place, { used, idle }] of shares.entries()) {
          const { gpus, seconds } = record.allocations[place];
          const { numerator, denominator } = readGpuCount(gpus);
          const whole =
            BigInt(record.gpuCount) * secondsOf(record) * denominator;
          const exact = billed * numerator * BigInt(seconds); // in 1/whole of a pico-dollar
          const error = abs((used.cost + idle.cost) * whole - exact);
          expect(error).toBeLessThan(whole); // less than one pico-dollar
        }
      }),
    ));

  it('charges a department the same, whatever was measured', () =>
    fc.assert(
      fc.property(
        gpuRecords(),
        amount(),
        fc.constantFrom('0', '1', '0.333333', undefined),
        (record, billed, activeShare) => {
          const charges = (each: typeof record) =>
            splitMachineHour(each, billed).shares.map(
              ({ used, idle }) => used.cost + idle.cost,
            );
          const allocations = record.allocations.map(each => ({
            ...each,
            activeShare,
          }));
          expect(charges({ ...record, allocations })).toEqual(charges(record));
        },
      ),
    ));

  it('makes the three ledgers of one machine', () => {
    const record = gpuRecord({
      allocations: [
        gpuAllocation({ gpus: '4', activeShare: '0.75' }),
        gpuAllocation({ gpus: '2', seconds: 1_800, activeShare: '0' }),
      ],
    });
    const { shares, unallocated } = splitMachineHour(record, parseUsd('80'));
    expect(shares).toEqual([
      {
        used: { cost: parseUsd('30'), gpuTime: 10_800_000n },
        idle: { cost: parseUsd('10'), gpuTime: 3_600_000n },
        isMeasured: true,
        confidence: 'exact',
      },
      {
        used: { cost: 0n, gpuTime: 0n },
        idle: { cost: parseUsd('10'), gpuTime: 3_600_000n },
        isMeasured: true,
        confidence: 'exact',
      },
    ]);
    expect(unallocated).toEqual({
      cost: parseUsd('30'),
      gpuTime: 10_800_000n,
    });
  });

  it('leaves nothing of a GPU that is cut into seven', () => {
    const { unallocated, shares } = splitMachineHour(
      gpuRecord({
        gpuCount: 1,
        allocations: Array.from({ length: 7 }, () =>
          gpuAllocation({ gpus: '1/7', method: 'mig' }),
        ),
      }),
      parseUsd('1'),
    );
    expect(unallocated).toEqual({ cost: 0n, gpuTime: 0n });
    expect(shares.every(each => each.confidence === 'exact')).toBe(true);
  });

  it('makes nothing up where nobody measured, and says what is an estimate', () => {
    const { shares } = splitMachineHour(
      gpuRecord({
        gpuCount: 1,
        allocations: [
          gpuAllocation({
            gpus: '1/4',
            method: 'time-slice',
            activeShare: undefined,
          }),
        ],
      }),
      parseUsd('4'),
    );
    expect(shares).toEqual([
      {
        used: { cost: parseUsd('1'), gpuTime: 900_000n },
        idle: { cost: 0n, gpuTime: 0n },
        isMeasured: false,
        confidence: 'estimated',
      },
    ]);
  });
});
