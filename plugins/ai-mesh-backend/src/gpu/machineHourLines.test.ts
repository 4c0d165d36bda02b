import {
  gpuUsageRecordSchema,
  parseRate,
  parseUsd,
  Rate,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import fc from 'fast-check';
import {
  COMMERCE,
  ORGANISATION,
  RESEARCH,
} from '../__testUtils__/organisation';
import { LedgerLine, lineKeyOf } from '../ledger/LedgerLine';
import {
  gpuAllocation,
  gpuRecord,
  gpuRecords,
} from './__testUtils__/gpuRecords';
import { machineHourLines } from './machineHourLines';
import { priceMachineHour, PricingOptions } from './priceMachineHour';

function linesOf(
  record: ReturnType<typeof gpuRecord>,
  options: Partial<PricingOptions> = {},
): LedgerLine[] {
  const cost = priceMachineHour(record, {
    price: { priceVersionId: 'v1', rate: parseRate('80', '2000') },
    tree: ORGANISATION,
    ...options,
  });
  return machineHourLines({ ...record, ...cost, source: 'live' });
}

function balancesOf(lines: readonly LedgerLine[]): Record<string, bigint> {
  const balances: Record<string, bigint> = {};
  for (const { debit, credit, cost } of lines) {
    const [to, from] = [debit, credit].map(
      ({ kind, owner }) => `${kind}:${owner}`,
    );
    balances[to] = (balances[to] ?? 0n) + cost;
    balances[from] = (balances[from] ?? 0n) - cost;
  }
  return balances;
}

describe('machineHourLines', () => {
  it('takes the bill in and gives it out to those who pay', () => {
    const lines = linesOf(
      gpuRecord({
        allocations: [
          gpuAllocation({
            gpus: '4',
            activeShare: '0.75',
            applicationRef: 'component:default/lab',
          }),
          gpuAllocation({ gpus: '2', departmentRef: 'group:default/gone' }),
        ],
      }),
    );
    expect(balancesOf(lines)).toEqual({
      'payable:azure': -parseUsd('80'),
      'clearing:gpu': 0n,
      [`expense:${RESEARCH}`]: parseUsd('40'),
      'suspense:unknown-department': parseUsd('20'),
      'clearing:gpu-unallocated': parseUsd('20'),
    });
    const summary = lines.map(
      ({ lineNo, chargeClass, targetId, quantity, departmentRef, flags }) => [
        lineNo,
        chargeClass,
        targetId,
        quantity,
        departmentRef,
        flags,
      ],
    );
    expect(summary).toEqual([
      [0, 'machine-time', 'h100', 3_600n, '', []],
      [1, 'gpu-time', 'h100/whole/used', 10_800n, RESEARCH, []],
      [2, 'gpu-time', 'h100/whole/idle', 3_600n, RESEARCH, []],
      ...['used', 'idle'].map((ledger, place) => [
        4 + place,
        'gpu-time',
        `h100/whole/${ledger}`,
        3_600n,
        'group:default/gone',
        ['unknown-department'],
      ]),
      [9, 'gpu-time', 'h100/unallocated', 7_200n, '', []],
    ]);
    expect(lines[1]).toMatchObject({
      applicationRef: 'component:default/lab',
      costCentre: 'CC1',
      model: 'Standard_ND96isr_H100_v5',
      priceVersionId: 'v1',
      departmentPath: [],
    });
  });

  it('charges what nobody had to the Group that is set for it', () => {
    expect(
      balancesOf(linesOf(gpuRecord(), { unallocatedTo: COMMERCE })),
    ).toEqual({
      'payable:azure': -parseUsd('80'),
      'clearing:gpu': 0n,
      [`expense:${COMMERCE}`]: parseUsd('80'),
    });
  });

  it('marks shares of time as estimates', () => {
    const lines = linesOf(
      gpuRecord({
        allocations: [gpuAllocation({ gpus: '1/2', method: 'time-slice' })],
      }),
    );
    expect(lines.map(line => line.flags)).toEqual([
      [],
      ['estimated'],
      ['estimated'],
      [],
    ]);
  });

  it('leaves nothing on the clearing account, counts every second, and repeats itself', () =>
    fc.assert(
      fc.property(
        gpuRecords(),
        fc.bigInt({ min: 0n, max: 2_000n * 10n ** 18n }),
        (record, units) => {
          const price = { priceVersionId: 'v1', rate: units as Rate };
          const lines = linesOf(record, { price });
          expect(balancesOf(lines)['clearing:gpu']).toBe(0n);
          const [machine, ...parts] = lines;
          expect(parts.reduce((sum, line) => sum + line.quantity, 0n)).toBe(
            machine.quantity * BigInt(record.gpuCount),
          );
          expect(new Set(lines.map(lineKeyOf)).size).toBe(lines.length);
          const again = gpuUsageRecordSchema.parse(
            JSON.parse(JSON.stringify(record)),
          );
          expect(linesOf(again, { price })).toEqual(lines);
        },
      ),
    ));
});
