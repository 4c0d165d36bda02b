import {
  allocate,
  ChargeClass,
  invariant,
  picoUsd,
  sumPicoUsd,
  ZERO_PICO_USD,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { payableTo } from '../ledger/accounts';
import { LedgerLine } from '../ledger/LedgerLine';
import { LineFlag } from '../ledger/lineFlags';
import { GPU_LEDGERS, GpuLedger, gpuTargetIdOf } from './gpuTarget';
import { MachinePart, PricedMachineHour } from './MachineHour';
import { GPU_CLEARING } from './priceMachineHour';
import { GpuAmount, secondsOf } from './splitMachineHour';

/**
 * The postings of a machine-hour. The bill goes from the provider to the clearing account, and from there, part by
 * part, to those who pay: the clearing account is zero again after each machine-hour.
 *
 * | line              | from             | to                                      | class          | quantity    |
 * | ----------------- | ---------------- | --------------------------------------- | -------------- | ----------- |
 * | 0                 | `payable:azure`  | `clearing:gpu`                          | `machine-time` | seconds     |
 * | 1 + 3 × part      | `clearing:gpu`   | `expense:<department>`                  | `gpu-time`     | GPU-seconds |
 * | … + 1 (idle)      | `clearing:gpu`   | `expense:<department>`                  | `gpu-time`     | GPU-seconds |
 * | … + 2 (the rest)  | `clearing:gpu`   | a department, or `clearing:gpu-unallocated` | `gpu-time` | GPU-seconds |
 *
 * Method and ledger stand behind the pool in `targetId`: `h100/mig/idle`. Parts without cost and time have no line. Machines
 * count against no budget: a budget bounds what is asked for call by call, and a machine is not.
 */
export function machineHourLines(hour: PricedMachineHour): LedgerLine[] {
  const machine: LedgerLine = {
    ...commonOf(hour),
    lineNo: 0,
    departmentRef: '',
    applicationRef: '',
    targetId: hour.pool,
    chargeClass: 'machine-time' satisfies ChargeClass,
    debit: GPU_CLEARING,
    credit: payableTo(hour.provider),
    quantity: secondsOf(hour),
    cost: hour.billed,
    flags: [],
  };
  const amounts = hour.parts.flatMap(part =>
    GPU_LEDGERS.map(ledger => ({ part, ledger, amount: part[ledger] })),
  );
  const seconds = wholeSeconds(hour, amounts);
  const lines = amounts.map(({ part, ledger, amount }, place) =>
    partLine(hour, { part, ledger, amount, seconds: seconds[place] }),
  );
  invariant(
    sumPicoUsd(lines.map(line => line.cost)) === hour.billed,
    'the clearing account of a machine-hour is not zero',
  );
  return [
    machine,
    ...lines.filter(line => line.cost > 0n || line.quantity > 0n),
  ];
}

function partLine(
  hour: PricedMachineHour,
  options: {
    part: MachinePart;
    ledger: GpuLedger;
    amount: GpuAmount;
    seconds: bigint;
  },
): LedgerLine {
  const { part, ledger, amount, seconds } = options;
  return {
    ...commonOf(hour),
    lineNo: 1 + part.partNo * GPU_LEDGERS.length + GPU_LEDGERS.indexOf(ledger),
    departmentRef: part.departmentRef,
    costCentre: part.costCentre,
    applicationRef: part.applicationRef ?? '',
    targetId: gpuTargetIdOf({ pool: hour.pool, method: part.method, ledger }),
    chargeClass: 'gpu-time',
    debit: part.account,
    credit: GPU_CLEARING,
    quantity: seconds,
    cost: amount.cost,
    flags: flagsOf(part),
  };
}

/** Whole GPU-seconds that sum to what the machine had: the ledger counts whole units. */
function wholeSeconds(
  hour: PricedMachineHour,
  amounts: readonly { amount: GpuAmount }[],
): bigint[] {
  const available = BigInt(hour.gpuCount) * secondsOf(hour);
  return allocate(
    picoUsd(available),
    amounts.map(({ amount }) => amount.gpuTime),
  );
}

function flagsOf(part: MachinePart): LineFlag[] {
  const flags: LineFlag[] = [];
  if (part.isEstimated) flags.push('estimated');
  if (part.account.kind === 'suspense') flags.push('unknown-department');
  return flags;
}

function commonOf(hour: PricedMachineHour) {
  return {
    requestId: `gpu/${hour.machineId}/${hour.from}`,
    attempt: 1,
    revision: 0,
    occurredAt: new Date(hour.from),
    departmentPath: [],
    keyId: '',
    model: hour.vmSize,
    servedBecause: 'requested',
    provider: hour.provider,
    region: hour.region,
    serviceTier: 'standard',
    priceVersionId: hour.priceVersionId,
    source: hour.source,
    avoided: ZERO_PICO_USD,
  } as const;
}
