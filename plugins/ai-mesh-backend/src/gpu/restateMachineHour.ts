import { picoUsd } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { LedgerLine } from '../ledger/LedgerLine';
import { RestatingMachineHour } from './GpuRestatementStore';
import { MachinePart } from './MachineHour';
import { machineHourLines } from './machineHourLines';
import { splitMachineHour } from './splitMachineHour';

/**
 * The parts of a machine-hour at another price. Who pays stays as it was booked: a price that reaches back is no
 * reason to charge somebody else.
 */
export function partsAtNextCost({
  hour,
  record,
  next,
}: RestatingMachineHour): MachinePart[] {
  const { shares, unallocated } = splitMachineHour(record, next.billed);
  return hour.parts.map(part => {
    const share = shares[part.partNo];
    return share === undefined
      ? { ...part, unallocated }
      : { ...part, used: share.used, idle: share.idle };
  });
}

/**
 * The correction in the ledger: every line as it was booked is taken back, and booked at the new price. Each
 * restatement has two revisions of its own, so that it is posted once.
 */
export function restatementLines(
  restating: RestatingMachineHour,
  parts: readonly MachinePart[],
): LedgerLine[] {
  const { hour, revision, next } = restating;
  const reversals = machineHourLines(hour).map(line => ({
    ...line,
    revision: 2 * revision + 1,
    quantity: -line.quantity,
    cost: picoUsd(-line.cost),
  }));
  const restated = machineHourLines({
    ...hour,
    priceVersionId: next.priceVersionId,
    billed: next.billed,
    parts,
  }).map(line => ({ ...line, revision: 2 * revision + 2 }));
  return [...reversals, ...restated];
}
